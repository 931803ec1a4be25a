import type { SecondResult } from '../result/index.ts';
import { BUCKETS, bucketOf, percentilesIn, toBucketUs } from './window-buckets.ts';

/*
 * What happened when: a run cut into equal windows of its intended schedule.
 *
 * Arrivals may be settled long after their window is over, so no window is ever closed; each keeps counts and a small
 * histogram of its own, and there is a bound to their number. A run too long for it has wider windows: of 2 s, 5 s, … .
 * So the memory is fixed before the run starts, and those of several workers are added cell by cell.
 */

const PLANNED = 0;
const OK = 1;
const ERRORS = 2;
const INTERRUPTED = 3;
const BODY_BYTES = 4;
const TIMED = 5;
const SUM_US = 6;
const MAX_US = 7;
const FIGURES = 8;

const PERCENTILES = [0.5, 0.95, 0.99] as const;
const WIDTHS_S: readonly number[] = [1, 2, 5, 10, 15, 30, 60, 120, 180, 300, 600, 1_200, 1_800, 3_600];

/** How a run is cut. */
export interface WindowShape {
  readonly widthSeconds: number;
  /** Windows of the schedule, and one for what is asked for after its end. */
  readonly count: number;
}

/** The windows of `durationMs`, at most `most` of them. */
export function windowShapeOf(durationMs: number, most: number): WindowShape {
  const seconds = Math.ceil(durationMs / 1_000);
  const widest = WIDTHS_S.at(-1) as number;
  const widthSeconds = WIDTHS_S.find((width) => Math.ceil(seconds / width) <= most) ?? widest;
  return { widthSeconds, count: Math.ceil(seconds / widthSeconds) + 1 };
}

/** Where windows are kept; any thread that has it may read it. */
export interface WindowsMemory {
  readonly figures: Float64Array;
  readonly buckets: Uint32Array;
}

/** Empty windows in memory that `allocate` gives, all zeros. */
export function createWindowsMemory(
  { count }: WindowShape,
  allocate: (bytes: number) => ArrayBufferLike,
): WindowsMemory {
  return {
    figures: new Float64Array(allocate(count * FIGURES * Float64Array.BYTES_PER_ELEMENT)),
    buckets: new Uint32Array(allocate(count * BUCKETS * Uint32Array.BYTES_PER_ELEMENT)),
  };
}

/** When the schedule starts, in clock milliseconds; read with each arrival, since rows are made before that is known. */
export interface WindowOrigin {
  readonly startAt: number;
  /** Of the schedule. */
  readonly durationMs: number;
}

/** How an arrival ended, as windows count it. */
export type WindowEnding = 'ok' | 'error' | 'interrupted';

/** Counts in the window in which an arrival was intended. */
export class Windows {
  readonly #origin: WindowOrigin;
  readonly #widthMs: number;
  readonly #last: number;
  readonly #figures: Float64Array;
  readonly #buckets: Uint32Array;

  constructor(shape: WindowShape, origin: WindowOrigin, { figures, buckets }: WindowsMemory) {
    this.#origin = origin;
    this.#widthMs = shape.widthSeconds * 1_000;
    this.#last = shape.count - 1;
    this.#figures = figures;
    this.#buckets = buckets;
  }

  /** When the schedule ends, in clock milliseconds: what comes later comes in the drain. */
  get scheduleEndAt(): number {
    return this.#origin.startAt + this.#origin.durationMs;
  }

  planned(intendedAt: number, times: number = 1): void {
    const cell = this.#indexOf(intendedAt) * FIGURES + PLANNED;
    this.#figures[cell] = (this.#figures[cell] as number) + times;
  }

  /**
   * @param timeMs what it waited
   * @param counts whether that says something about the service: not of a refusal, nor of an interruption
   * @param times how many arrivals ended so
   */
  ended(
    intendedAt: number,
    ending: WindowEnding,
    bodyBytes: number,
    timeMs: number,
    counts: boolean,
    times: number = 1,
  ): void {
    const index = this.#indexOf(intendedAt);
    const figures = this.#figures;
    const base = index * FIGURES;
    const cell = base + (ending === 'ok' ? OK : ending === 'error' ? ERRORS : INTERRUPTED);
    if (ending !== 'interrupted') this.#timed(index, bodyBytes, timeMs, counts, times);
    // Last: who sees the count sees all that belongs to it.
    figures[cell] = (figures[cell] as number) + times;
  }

  #timed(index: number, bodyBytes: number, timeMs: number, counts: boolean, times: number): void {
    const figures = this.#figures;
    const base = index * FIGURES;
    figures[base + BODY_BYTES] = (figures[base + BODY_BYTES] as number) + bodyBytes;
    const us = toBucketUs(timeMs * 1_000);
    if (us > (figures[base + MAX_US] as number)) figures[base + MAX_US] = us;
    if (!counts) return;
    const bucket = index * BUCKETS + bucketOf(us);
    this.#buckets[bucket] = (this.#buckets[bucket] as number) + times;
    figures[base + TIMED] = (figures[base + TIMED] as number) + times;
    figures[base + SUM_US] = (figures[base + SUM_US] as number) + us * times;
  }

  /** Arrivals of each window that are not settled yet, with when their window ends, in clock milliseconds. */
  open(): { readonly endAt: number; readonly count: number }[] {
    const figures = this.#figures;
    return Array.from({ length: this.#last + 1 }, (_, index) => {
      const [planned, ok, errors, interrupted] = figures.subarray(index * FIGURES, index * FIGURES + BODY_BYTES);
      const settled = (ok as number) + (errors as number) + (interrupted as number);
      return { endAt: this.#origin.startAt + (index + 1) * this.#widthMs, count: (planned as number) - settled };
    });
  }

  #indexOf(intendedAt: number): number {
    return windowIndexOf(intendedAt - this.#origin.startAt, this.#widthMs, this.#last);
  }
}

/** The window of a time after the start, in milliseconds; what comes before the first or after the last counts there. */
export function windowIndexOf(sinceMs: number, widthMs: number, last: number): number {
  return Math.max(0, Math.min(Math.floor(sinceMs / widthMs), last));
}

/** The windows of all `parts` as one, up to the last in which anything happened. */
export function windowResults(shape: WindowShape, parts: readonly WindowsMemory[]): SecondResult[] {
  return new WindowReader(shape).read(parts);
}

/** Reads windows again and again: those in which nothing happened since the last time are the same objects. */
export class WindowReader {
  readonly #shape: WindowShape;
  /** How much had happened in each window when it was read. */
  readonly #events: number[] = [];
  readonly #results: SecondResult[] = [];

  constructor(shape: WindowShape) {
    this.#shape = shape;
  }

  /** @param parts each time the same and more */
  read(parts: readonly WindowsMemory[]): SecondResult[] {
    for (let index = 0; index < this.#shape.count; index++) {
      const events = eventsIn(parts, index);
      if (events === this.#events[index]) continue;
      this.#events[index] = events;
      this.#results[index] = windowResult(this.#shape, parts, index);
    }
    return this.#results.slice(0, this.#results.findLastIndex((one) => one.planned > 0) + 1);
  }
}

/** It grows with each thing that happens. */
function eventsIn(parts: readonly WindowsMemory[], index: number): number {
  let events = 0;
  for (const { figures } of parts) {
    for (let figure = PLANNED; figure <= INTERRUPTED; figure++) events += figures[index * FIGURES + figure] as number;
  }
  return events;
}

function windowResult(shape: WindowShape, parts: readonly WindowsMemory[], index: number): SecondResult {
  const sum = (figure: number): number =>
    parts.reduce((total, { figures }) => total + (figures[index * FIGURES + figure] as number), 0);
  const max = Math.max(0, ...parts.map(({ figures }) => figures[index * FIGURES + MAX_US] as number));
  const [ok, errors, interrupted] = [sum(OK), sum(ERRORS), sum(INTERRUPTED)];
  const [timed, bodyBytes] = [sum(TIMED), sum(BODY_BYTES)];
  const buckets = parts.map((part) => part.buckets);
  const [p50, p95, p99] = percentilesIn(buckets, index, timed, max, PERCENTILES) as [number, number, number];
  return {
    second: index * shape.widthSeconds,
    planned: Math.max(sum(PLANNED), ok + errors + interrupted),
    ...{ ok, errors, interrupted },
    ...(bodyBytes > 0 && { bodyBytes }),
    maxResponseUs: max,
    ...(timed > 0 && { responseUs: { count: timed, mean: sum(SUM_US) / timed, p50, p95, p99 } }),
  };
}
