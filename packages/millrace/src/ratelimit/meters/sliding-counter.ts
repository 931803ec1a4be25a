import { TICKS_PER_MS } from '../ticks.ts';
import { grown } from './grown.ts';
import type { Meter, MeterLimit, Unused } from './meter.ts';

/**
 * Two counts, of the window before and of this one, where the one before counts for as much as it still lies within the last
 * window: as if its units had come evenly. Windows of a slot begin with its first unit.
 */
export class SlidingCounter implements Meter {
  #limit: number;
  #window: number;
  #began: Float64Array = new Float64Array(0);
  #before: Float64Array = new Float64Array(0);
  #current: Float64Array = new Float64Array(0);

  /** @param window in ticks */
  constructor(limit: number, window: number) {
    this.#limit = limit;
    this.#window = window;
  }

  change({ limit, windowMs }: MeterLimit): void {
    this.#limit = limit;
    this.#window = windowMs * TICKS_PER_MS;
  }

  grow(capacity: number): void {
    this.#began = grown(this.#began, capacity);
    this.#before = grown(this.#before, capacity);
    this.#current = grown(this.#current, capacity);
  }

  copy(from: number, slot: number): void {
    this.#began[slot] = this.#began[from]!;
    this.#before[slot] = this.#before[from]!;
    this.#current[slot] = this.#current[from]!;
  }

  wait(slot: number, now: number, cost: number): number {
    if (cost > this.#limit) return Number.POSITIVE_INFINITY;
    this.#roll(slot, now);
    const passed = now - this.#began[slot]!;
    const [before, current] = [this.#before[slot]!, this.#current[slot]!];
    // What is too much has to slide out of the window: of what came before, or once this window is over of this one.
    const excess = current + cost - this.#limit;
    if (excess > 0) return this.#window - passed + Math.ceil((this.#window * excess) / current);
    if (before + excess <= 0) return 0;
    return Math.max(0, Math.ceil((this.#window * (before + excess)) / before) - passed);
  }

  add(slot: number, now: number, cost: number): void {
    this.#roll(slot, now);
    if (this.#before[slot] === 0 && this.#current[slot] === 0) this.#began[slot] = now;
    this.#current[slot] = Math.min(this.#current[slot]! + cost, 2 * this.#limit);
  }

  back(slot: number, now: number, { units, since }: Unused): void {
    this.#roll(slot, now);
    const ago = this.#began[slot]! - since;
    if (ago > this.#window) return;
    const counts = ago > 0 ? this.#before : this.#current;
    counts[slot] = Math.max(0, counts[slot]! - units);
  }

  remaining(slot: number, now: number): number {
    this.#roll(slot, now);
    const left = this.#window - (now - this.#began[slot]!);
    const free = (this.#limit - this.#current[slot]!) * this.#window - this.#before[slot]! * left;
    return Math.max(0, Math.floor(free / this.#window));
  }

  reset(slot: number, now: number): number {
    this.#roll(slot, now);
    const left = this.#window - (now - this.#began[slot]!);
    if (this.#current[slot]! > 0) return left + this.#window;
    return this.#before[slot]! > 0 ? left : 0;
  }

  /** Makes the window that `now` lies in the current one. */
  #roll(slot: number, now: number): void {
    const windows = Math.floor((now - this.#began[slot]!) / this.#window);
    if (windows < 1) return;
    this.#before[slot] = windows === 1 ? this.#current[slot]! : 0;
    this.#current[slot] = 0;
    this.#began[slot] = this.#began[slot]! + windows * this.#window;
  }
}
