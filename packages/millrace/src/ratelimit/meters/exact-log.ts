import { TICKS_PER_MS } from '../ticks.ts';
import { grown } from './grown.ts';
import type { Meter, MeterLimit, Unused } from './meter.ts';

/** The time of each unit: in no span of a window, wherever it begins, do more pass than the limit. For small limits. */
export class ExactLog implements Meter {
  #limit: number;
  #window: number;
  /** So many a slot, from the oldest to the newest. */
  #times: Float64Array = new Float64Array(0);
  #counts: Float64Array = new Float64Array(0);

  /** @param window in ticks */
  constructor(limit: number, window: number) {
    this.#limit = limit;
    this.#window = window;
  }

  change({ limit, windowMs }: MeterLimit): void {
    const [before, old] = [this.#limit, this.#times];
    this.#window = windowMs * TICKS_PER_MS;
    this.#limit = limit;
    this.#times = new Float64Array(this.#counts.length * limit);
    for (let slot = 0; slot < this.#counts.length; slot++) {
      const count = this.#counts[slot]!;
      const kept = Math.min(count, limit);
      // The newest: they are what others wait for.
      this.#times.set(old.subarray(slot * before + count - kept, slot * before + count), slot * limit);
      this.#counts[slot] = kept;
    }
  }

  grow(capacity: number): void {
    this.#times = grown(this.#times, capacity * this.#limit);
    this.#counts = grown(this.#counts, capacity);
  }

  copy(from: number, slot: number): void {
    this.#counts[slot] = this.#counts[from]!;
    this.#times.copyWithin(slot * this.#limit, from * this.#limit, (from + 1) * this.#limit);
  }

  wait(slot: number, now: number, cost: number): number {
    if (cost > this.#limit) return Number.POSITIVE_INFINITY;
    const tooMany = this.#live(slot, now) + cost - this.#limit;
    return tooMany > 0 ? this.#times[slot * this.#limit + tooMany - 1]! + this.#window - now : 0;
  }

  add(slot: number, now: number, cost: number): void {
    const live = this.#live(slot, now);
    const first = slot * this.#limit;
    // Of more than the limit the newest are kept: they are what others wait for.
    const coming = Math.min(this.#limit, cost);
    const kept = Math.min(live, this.#limit - coming);
    if (coming > 0) this.#times.copyWithin(first, first + live - kept, first + live);
    this.#counts[slot] = kept + coming;
    this.#times.fill(now, first + kept, first + kept + coming);
  }

  /** Of the units of that time, for they cannot be told apart; none when they count no more. */
  back(slot: number, now: number, { units, since }: Unused): void {
    const live = this.#live(slot, now);
    const first = slot * this.#limit;
    const from = this.#times.subarray(first, first + live).indexOf(since);
    if (from < 0) return;
    let to = from;
    while (to < live && to - from < units && this.#times[first + to] === since) to++;
    this.#times.copyWithin(first + from, first + to, first + live);
    this.#counts[slot] = live - (to - from);
  }

  remaining(slot: number, now: number): number {
    return this.#limit - this.#live(slot, now);
  }

  reset(slot: number, now: number): number {
    const live = this.#live(slot, now);
    return live > 0 ? this.#times[slot * this.#limit + live - 1]! + this.#window - now : 0;
  }

  /** How many units still count; the others are forgotten. */
  #live(slot: number, now: number): number {
    const count = this.#counts[slot]!;
    const first = slot * this.#limit;
    let gone = 0;
    while (gone < count && this.#times[first + gone]! + this.#window <= now) gone++;
    if (gone > 0) {
      this.#times.copyWithin(first, first + gone, first + count);
      this.#counts[slot] = count - gone;
    }
    return count - gone;
  }
}
