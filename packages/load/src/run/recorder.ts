import { Histogram } from 'millrace/core';
import type { ErrorClass, SecondResult } from '../result/index.ts';
import { tellableReason } from '../secrets/index.ts';
import { SendLagWindows } from './generator-windows.ts';
import { RunMemory } from './run-memory.ts';
import { Windows, windowResults } from './windows.ts';

/** What the counts need to know of an arrival. */
interface Settled {
  readonly intendedAt: number;
  readonly writtenAt: number;
}

/** How an arrival ended: `undefined` for a good answer. */
export type Ending = ErrorClass | 'interrupted' | undefined;

/** How late an arrival may be written and still count as sent in the sending window: a timer's grain and a bit. */
const WINDOW_GRACE_MS = 5;

/** How long before the end of a window a time still lies in it. */
const INSIDE_MS = 0.001;

const PLANNED = 0;
const SENT = 1;
const COMPLETED = 2;
const ERRORS = 3;
const TAKEN_IN_WINDOW = 4;
const STARTED_IN_WINDOW = 5;
const LAST_MS = 6;

/** Counts what spans all steps: seconds of the schedule, lags, progress. */
export class Recorder {
  readonly memory: RunMemory;
  readonly sendLag: Histogram;
  readonly scheduleLag: Histogram;
  readonly #counts: Float64Array;
  readonly #windows: Windows;
  readonly #lags: SendLagWindows;
  readonly #windowEndAt: number;

  /** @param memory what to count in, or to read; its start is set to `startAt` */
  constructor(startAt: number, durationMs: number, memory: RunMemory = new RunMemory(durationMs)) {
    memory.startAt = startAt;
    this.memory = memory;
    const { totals, totalShape } = memory;
    this.sendLag = new Histogram(totals.sendLag);
    this.scheduleLag = new Histogram(totals.scheduleLag);
    this.#counts = totals.counts;
    this.#windows = new Windows(totalShape, memory, totals.windows);
    this.#lags = new SendLagWindows(totalShape, memory, totals.generator);
    this.#windowEndAt = startAt + durationMs + WINDOW_GRACE_MS;
  }

  get planned(): number {
    return this.#counts[PLANNED] as number;
  }

  get sent(): number {
    return this.#counts[SENT] as number;
  }

  get completed(): number {
    return this.#counts[COMPLETED] as number;
  }

  get errors(): number {
    return this.#counts[ERRORS] as number;
  }

  /** Arrivals that the generator took up within the sending window. */
  get takenInWindow(): number {
    return this.#counts[TAKEN_IN_WINDOW] as number;
  }

  /** Arrivals that were written, or failed in trying, within the sending window. */
  get startedInWindow(): number {
    return this.#counts[STARTED_IN_WINDOW] as number;
  }

  /** When the last of the run happened, after its start: an arrival ended, or the sending did. */
  get lastMs(): number {
    return this.#counts[LAST_MS] as number;
  }

  /** The run went on at least until `now`. */
  wentOnUntil(now: number): void {
    this.#counts[LAST_MS] = Math.max(this.lastMs, now - this.memory.startAt);
  }

  /** Reasons of the generator's own failures, with counts. */
  get clientReasons(): ReadonlyMap<string, number> {
    return this.memory.reasonCounts();
  }

  /** An arrival is due, and taken up at `now`. */
  taken(intendedAt: number, now: number): void {
    this.#count(PLANNED);
    if (now <= this.#windowEndAt) this.#count(TAKEN_IN_WINDOW);
    this.scheduleLag.record((now - intendedAt) * 1_000);
    this.#windows.planned(intendedAt);
  }

  /** So many arrivals fell due then and were never taken up. */
  missed(intendedAt: number, times: number): void {
    this.#count(PLANNED, times);
    this.#windows.planned(intendedAt, times);
  }

  /** So many arrivals had no end until `now`, and have none of their own. */
  leftBehind(intendedAt: number, times: number, ending: 'unsent' | 'interrupted', now: number): void {
    this.#count(COMPLETED, times);
    this.wentOnUntil(now);
    if (ending === 'unsent') this.#count(ERRORS, times);
    const inWindow = ending === 'unsent' ? 'error' : ending;
    this.#windows.ended(intendedAt, inWindow, 0, now - intendedAt, ending === 'unsent', times);
  }

  /** How many arrivals of each window were taken up and are not settled, with a time in it: its end. */
  open(): { readonly intendedAt: number; readonly count: number }[] {
    const open = this.#windows.open().filter(({ count }) => count > 0);
    return open.map(({ endAt, count }) => ({ intendedAt: endAt - INSIDE_MS, count }));
  }

  /**
   * An arrival has ended after `responseMs`.
   * @param bodyBytes of its answers
   * @param refused it failed before it would have been given up: its time says nothing about the service
   */
  settled(
    arrival: Settled,
    ending: Ending,
    responseMs: number,
    now: number,
    bodyBytes: number = 0,
    refused: boolean = isRefusal(ending),
  ): void {
    const { writtenAt, intendedAt } = arrival;
    this.#count(COMPLETED);
    this.wentOnUntil(now);
    if (ending !== undefined && ending !== 'interrupted') this.#count(ERRORS);
    const inWindow = ending === undefined ? 'ok' : ending === 'interrupted' ? ending : 'error';
    this.#windows.ended(intendedAt, inWindow, bodyBytes, responseMs, !refused);
    if (ending === 'unsent' || (ending === 'interrupted' && writtenAt < 0)) return;
    if ((writtenAt < 0 ? now : writtenAt) <= this.#windowEndAt) this.#count(STARTED_IN_WINDOW);
    if (writtenAt < 0) return;
    this.#count(SENT);
    const lagUs = (writtenAt - intendedAt) * 1_000;
    this.sendLag.record(lagUs);
    this.#lags.record(intendedAt, lagUs);
  }

  /** The generator itself could not send. The reason may quote what the scenario or the service said. */
  clientFailed(reason: string): void {
    this.memory.countReason(tellableReason(reason));
  }

  seconds(): SecondResult[] {
    return windowResults(this.memory.totalShape, [this.memory.totals.windows]);
  }

  #count(cell: number, times: number = 1): void {
    this.#counts[cell] = (this.#counts[cell] as number) + times;
  }
}

function isRefusal(ending: Ending): boolean {
  return ending !== undefined && ending !== 'timeout' && ending !== 'unsent';
}
