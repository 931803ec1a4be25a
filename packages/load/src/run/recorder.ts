import { Histogram } from 'millrace/core';
import type { ErrorClass, SecondResult } from '../result/index.ts';

/** What the counts need to know of an arrival. */
interface Settled {
  readonly intendedAt: number;
  readonly writtenAt: number;
  readonly retried: boolean;
}

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
  readonly #seconds: { planned: number; ok: number; errors: number; maxResponseUs: number }[] = [];

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

  /** An arrival has its answer, or `error` instead of a good one. */
  settled(arrival: Settled, error: ErrorClass | undefined, responseMs: number, now: number): void {
    this.completed++;
    const second = this.#second(arrival.intendedAt);
    if (error === undefined) {
      second.ok++;
    } else {
      second.errors++;
      this.errors++;
    }
    if (responseMs * 1_000 > second.maxResponseUs) second.maxResponseUs = Math.round(responseMs * 1_000);
    if (error === 'unsent') return;
    const { writtenAt } = arrival;
    if ((writtenAt < 0 ? now : writtenAt) <= this.#windowEndAt) this.startedInWindow++;
    if (writtenAt < 0) return;
    this.sent++;
    if (!arrival.retried) this.sendLag.record((writtenAt - arrival.intendedAt) * 1_000);
  }

  /** The generator itself could not send. */
  clientFailed(reason: string): void {
    const key = this.clientReasons.has(reason) || this.clientReasons.size < MAX_REASONS ? reason : 'other reasons';
    this.clientReasons.set(key, (this.clientReasons.get(key) ?? 0) + 1);
  }

  seconds(): SecondResult[] {
    return this.#seconds.map((counts, second) => ({ second, ...counts }));
  }

  #second(intendedAt: number): { planned: number; ok: number; errors: number; maxResponseUs: number } {
    const index = Math.floor((intendedAt - this.#startAt) / 1_000);
    while (this.#seconds.length <= index) this.#seconds.push({ planned: 0, ok: 0, errors: 0, maxResponseUs: 0 });
    return this.#seconds[index] as { planned: number; ok: number; errors: number; maxResponseUs: number };
  }
}
