import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { GeneratorWindow, LatenessTimes } from '../result/index.ts';
import { beyondResolution, LOOP_RESOLUTION_MS } from './generator-health.ts';
import type { Allocate } from './row-memory.ts';
import { BUCKETS, bucketOf, percentilesIn, toBucketUs } from './window-buckets.ts';
import { type WindowOrigin, type WindowShape, windowIndexOf } from './windows.ts';

/*
 * The generator's own lateness, window by window, so that a collection of garbage or a slow step can be told from a slow
 * service at the same second: how late requests were written, by when they were due, and how late the event loop was.
 */
const COUNT = 0;
const MAX_US = 1;
const P50_US = 2;
const P99_US = 3;
const FIGURES = 4;
const SHARES = [0.5, 0.99] as const;

/** Where it is kept; any thread that has it may read it. */
export interface GeneratorWindowsMemory {
  readonly lags: Float64Array;
  readonly lagBuckets: Uint32Array;
  readonly loop: Float64Array;
}

/** Empty windows in memory that `allocate` gives, all zeros. */
export function createGeneratorWindows({ count }: WindowShape, allocate: Allocate): GeneratorWindowsMemory {
  const figures = (): Float64Array => new Float64Array(allocate(count * FIGURES * Float64Array.BYTES_PER_ELEMENT));
  const lagBuckets = new Uint32Array(allocate(count * BUCKETS * Uint32Array.BYTES_PER_ELEMENT));
  return { lags: figures(), lagBuckets, loop: figures() };
}

/** Counts how late requests were written. */
export class SendLagWindows {
  readonly #origin: WindowOrigin;
  readonly #widthMs: number;
  readonly #last: number;
  readonly #figures: Float64Array;
  readonly #buckets: Uint32Array;
  /** The window counted in last, and its time: most requests are of the same as the one before. */
  #index = 0;
  #from = 0;
  #until = 0;

  constructor({ widthSeconds, count }: WindowShape, origin: WindowOrigin, memory: GeneratorWindowsMemory) {
    this.#origin = origin;
    this.#widthMs = widthSeconds * 1_000;
    this.#last = count - 1;
    this.#figures = memory.lags;
    this.#buckets = memory.lagBuckets;
  }

  record(intendedAt: number, lagUs: number): void {
    if (intendedAt < this.#from || intendedAt >= this.#until) this.#turnTo(intendedAt);
    const us = toBucketUs(lagUs);
    const bucket = this.#index * BUCKETS + bucketOf(us);
    const base = this.#index * FIGURES;
    this.#buckets[bucket] = (this.#buckets[bucket] as number) + 1;
    if (us > (this.#figures[base + MAX_US] as number)) this.#figures[base + MAX_US] = us;
    this.#figures[base] = (this.#figures[base] as number) + 1;
  }

  #turnTo(intendedAt: number): void {
    const { startAt } = this.#origin;
    this.#index = windowIndexOf(intendedAt - startAt, this.#widthMs, this.#last);
    this.#from = startAt + this.#index * this.#widthMs;
    this.#until = this.#from + this.#widthMs;
  }
}

/** Measures how late the event loop of this thread runs its timers, from its making to {@link LoopDelayWindows.stop}. */
export class LoopDelayWindows {
  readonly #origin: WindowOrigin;
  readonly #widthMs: number;
  readonly #last: number;
  readonly #figures: Float64Array;
  readonly #monitor = monitorEventLoopDelay({ resolution: LOOP_RESOLUTION_MS });
  #index = 0;

  constructor({ widthSeconds, count }: WindowShape, origin: WindowOrigin, { loop }: GeneratorWindowsMemory) {
    this.#origin = origin;
    this.#widthMs = widthSeconds * 1_000;
    this.#last = count - 1;
    this.#figures = loop;
    this.#monitor.enable();
  }

  /** To be called often: a window is told by the first call after it. */
  look(now: number): void {
    const index = windowIndexOf(now - this.#origin.startAt, this.#widthMs, this.#last);
    if (index === this.#index) return;
    this.#tell();
    this.#index = index;
  }

  stop(): void {
    this.#monitor.disable();
    this.#tell();
  }

  #tell(): void {
    const { count, max } = this.#monitor;
    if (count === 0) return;
    const base = this.#index * FIGURES;
    this.#figures[base + MAX_US] = beyondResolution(max);
    this.#figures[base + P50_US] = beyondResolution(this.#monitor.percentile(50));
    this.#figures[base + P99_US] = beyondResolution(this.#monitor.percentile(99));
    this.#figures[base + COUNT] = count;
    this.#monitor.reset();
  }
}

/** Reads them again and again: those in which nothing happened since the last time are the same objects. */
export class GeneratorWindowReader {
  readonly #shape: WindowShape;
  readonly #events: number[] = [];
  readonly #results: GeneratorWindow[] = [];

  constructor(shape: WindowShape) {
    this.#shape = shape;
  }

  /** Up to the last window in which anything was measured. @param parts one a thread; each time the same and more */
  read(parts: readonly GeneratorWindowsMemory[]): GeneratorWindow[] {
    let end = 0;
    for (let index = 0; index < this.#shape.count; index++) {
      const events = sumOf(parts, index, 'lags') + sumOf(parts, index, 'loop');
      if (events > 0) end = index + 1;
      if (events === this.#events[index]) continue;
      this.#events[index] = events;
      this.#results[index] = this.#window(parts, index);
    }
    return this.#results.slice(0, end);
  }

  #window(parts: readonly GeneratorWindowsMemory[], index: number): GeneratorWindow {
    const lag = lagOf(parts, index);
    const loop = loopOf(parts, index);
    const second = index * this.#shape.widthSeconds;
    return { second, ...(lag && { sendLagUs: lag }), ...(loop && { loopDelayUs: loop }) };
  }
}

function lagOf(parts: readonly GeneratorWindowsMemory[], index: number): LatenessTimes | undefined {
  const count = sumOf(parts, index, 'lags');
  if (count === 0) return undefined;
  const max = worstOf(parts, index, 'lags', MAX_US);
  const buckets = parts.map(({ lagBuckets }) => lagBuckets);
  const [p50, p99] = percentilesIn(buckets, index, count, max, SHARES) as [number, number];
  return { count, p50, p99, max };
}

/** Of each figure the worst: the threads suffer apart. */
function loopOf(parts: readonly GeneratorWindowsMemory[], index: number): LatenessTimes | undefined {
  const count = sumOf(parts, index, 'loop');
  if (count === 0) return undefined;
  const worst = (figure: number): number => worstOf(parts, index, 'loop', figure);
  return { count, p50: worst(P50_US), p99: worst(P99_US), max: worst(MAX_US) };
}

function sumOf(parts: readonly GeneratorWindowsMemory[], index: number, of: 'lags' | 'loop'): number {
  let sum = 0;
  for (const part of parts) sum += part[of][index * FIGURES + COUNT] as number;
  return sum;
}

function worstOf(parts: readonly GeneratorWindowsMemory[], index: number, of: 'lags' | 'loop', figure: number): number {
  return Math.max(0, ...parts.map((part) => part[of][index * FIGURES + figure] as number));
}
