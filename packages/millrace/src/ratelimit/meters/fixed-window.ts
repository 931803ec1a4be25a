import { TICKS_PER_MS } from '../ticks.ts';
import { grown } from './grown.ts';
import type { Meter, MeterLimit, Unused } from './meter.ts';

/**
 * A count that begins with its first unit and is forgotten a window later, as many services have it. Around the end of a
 * window up to twice the limit passes.
 */
export class FixedWindow implements Meter {
  #limit: number;
  #window: number;
  #until: Float64Array = new Float64Array(0);
  #used: Float64Array = new Float64Array(0);

  /** @param window in ticks */
  constructor(limit: number, window: number) {
    this.#limit = limit;
    this.#window = window;
  }

  change({ limit, windowMs }: MeterLimit, now: number): void {
    this.#limit = limit;
    this.#window = windowMs * TICKS_PER_MS;
    for (let slot = 0; slot < this.#until.length; slot++) {
      this.#until[slot] = Math.min(this.#until[slot]!, now + this.#window);
    }
  }

  grow(capacity: number): void {
    this.#until = grown(this.#until, capacity);
    this.#used = grown(this.#used, capacity);
  }

  copy(from: number, slot: number): void {
    this.#until[slot] = this.#until[from]!;
    this.#used[slot] = this.#used[from]!;
  }

  wait(slot: number, now: number, cost: number): number {
    if (cost > this.#limit) return Number.POSITIVE_INFINITY;
    return this.#counted(slot, now) + cost > this.#limit ? this.#until[slot]! - now : 0;
  }

  add(slot: number, now: number, cost: number): void {
    const used = this.#counted(slot, now);
    if (used === 0) this.#until[slot] = now + this.#window;
    this.#used[slot] = Math.min(used + cost, 2 * this.#limit);
  }

  back(slot: number, now: number, { units, since }: Unused): void {
    if (since < this.#until[slot]! - this.#window) return;
    this.#used[slot] = Math.max(0, this.#counted(slot, now) - units);
  }

  remaining(slot: number, now: number): number {
    return Math.max(0, this.#limit - this.#counted(slot, now));
  }

  reset(slot: number, now: number): number {
    return this.#counted(slot, now) > 0 ? this.#until[slot]! - now : 0;
  }

  #counted(slot: number, now: number): number {
    return now < this.#until[slot]! ? this.#used[slot]! : 0;
  }
}
