import { Histogram } from 'millrace/core';
import type { ErrorClass, SecondResult } from '../result/index.ts';

type Second = { -readonly [Count in Exclude<keyof SecondResult, 'second'>]: number };

/** What the counts need to know of an arrival. */
interface Settled {
  readonly intendedAt: number;
  readonly writtenAt: number;
}

/** How an arrival ended: `undefined` for a good answer. */
export type Ending = ErrorClass | 'interrupted' | undefined;

/** How late an arrival may be written and still count as sent in the sending window: a timer's grain and a bit. */
const WINDOW_GRACE_MS = 5;

const MAX_REASONS = 20;

/** Counts what spans all steps: seconds of the schedule, lags, progress. */
export class Recorder {
  planned: number = 0;
  sent: number = 0;
  completed: number = 0;
  errors: number = 0;
  /** Arrivals that the generator took up within the sending window. */
  takenInWindow: number = 0;
  /** Arrivals that were written, or failed in trying, within the sending window. */
  startedInWindow: number = 0;
  /** Reasons of the generator's own failures, with counts. */
  readonly clientReasons: Map<string, number> = new Map();
  readonly sendLag: Histogram = new Histogram();
  readonly scheduleLag: Histogram = new Histogram();
  readonly #startAt: number;
  readonly #windowEndAt: number;
  readonly #seconds: Second[] = [];

  constructor(startAt: number, durationMs: number) {
    this.#startAt = startAt;
    this.#windowEndAt = startAt + durationMs + WINDOW_GRACE_MS;
  }

  /** An arrival is due, and taken up at `now`. */
  taken(intendedAt: number, now: number): void {
    this.planned++;
    if (now <= this.#windowEndAt) this.takenInWindow++;
    this.scheduleLag.record((now - intendedAt) * 1_000);
    this.#second(intendedAt).planned++;
  }

  /** An arrival has ended after `responseMs`. */
  settled(arrival: Settled, ending: Ending, responseMs: number, now: number): void {
    this.completed++;
    const { writtenAt, intendedAt } = arrival;
    this.#countInSecond(this.#second(intendedAt), ending, responseMs);
    if (ending === 'unsent' || (ending === 'interrupted' && writtenAt < 0)) return;
    if ((writtenAt < 0 ? now : writtenAt) <= this.#windowEndAt) this.startedInWindow++;
    if (writtenAt < 0) return;
    this.sent++;
    this.sendLag.record((writtenAt - intendedAt) * 1_000);
  }

  /** The generator itself could not send. */
  clientFailed(reason: string): void {
    const key = this.clientReasons.has(reason) || this.clientReasons.size < MAX_REASONS ? reason : 'other reasons';
    this.clientReasons.set(key, (this.clientReasons.get(key) ?? 0) + 1);
  }

  seconds(): SecondResult[] {
    return this.#seconds.map((counts, second) => ({ second, ...counts }));
  }

  #countInSecond(second: Second, ending: Ending, responseMs: number): void {
    if (ending === 'interrupted') {
      second.interrupted++;
      return;
    }
    if (ending === undefined) {
      second.ok++;
    } else {
      second.errors++;
      this.errors++;
    }
    if (responseMs * 1_000 > second.maxResponseUs) second.maxResponseUs = Math.round(responseMs * 1_000);
  }

  #second(intendedAt: number): Second {
    const index = Math.floor((intendedAt - this.#startAt) / 1_000);
    while (this.#seconds.length <= index) {
      this.#seconds.push({ planned: 0, ok: 0, errors: 0, interrupted: 0, maxResponseUs: 0 });
    }
    return this.#seconds[index] as Second;
  }
}
