import { TICKS_PER_MS } from '../ticks.ts';
import { grown } from './grown.ts';
import type { Meter, MeterLimit, Unused } from './meter.ts';

/**
 * The generic cell rate algorithm (ITU-T I.371): one number a slot, the time at which everything counted so far would be
 * worked off at an even pace. `burst` units may come at once, then one each `windowMs / limit`: in any span of `t` at most
 * `burst + t * limit / windowMs` units pass.
 *
 * What is given back late may have been worked off, and what others owe must not be taken back in its place. Without it the
 * slot would have worked for as long as it had something else to do, and have been idle for the rest: so long a time was
 * spent on it at most, and only what is beyond that is given back.
 */
export class Gcra implements Meter {
  #burst = 0;
  /** Ticks that one unit takes. */
  #interval = 0;
  /** Ticks that may be owed. */
  #tolerance = 0;
  #due: Float64Array = new Float64Array(0);

  constructor(limit: number, windowMs: number, burst: number) {
    this.tune(limit, windowMs, burst);
  }

  /** Changes the limit; what is owed stays owed. The interval is rounded up, so that never too many pass. */
  tune(limit: number, windowMs: number, burst: number): void {
    this.#burst = burst;
    this.#interval = Math.ceil((windowMs * TICKS_PER_MS) / limit);
    this.#tolerance = burst * this.#interval;
  }

  change({ limit, windowMs, burst }: MeterLimit, now: number): void {
    this.tune(limit, windowMs, burst);
    // As the script does: more can only be owed after the limit was lowered.
    for (let slot = 0; slot < this.#due.length; slot++) {
      if (this.#due[slot]! - now > 2 * this.#tolerance) this.#due[slot] = now + this.#tolerance;
    }
  }

  grow(capacity: number): void {
    this.#due = grown(this.#due, capacity);
  }

  copy(from: number, slot: number): void {
    this.#due[slot] = this.#due[from]!;
  }

  wait(slot: number, now: number, cost: number): number {
    if (cost > this.#burst) return Number.POSITIVE_INFINITY;
    return Math.max(0, this.reset(slot, now) + cost * this.#interval - this.#tolerance);
  }

  add(slot: number, now: number, cost: number): void {
    const owed = this.reset(slot, now) + cost * this.#interval;
    this.#due[slot] = now + Math.min(owed, 2 * this.#tolerance);
  }

  back(slot: number, now: number, { units, used, since, before }: Unused): void {
    const idle = Math.max(0, now - since - before - used * this.#interval);
    const left = units * this.#interval - idle;
    if (left > 0) this.#due[slot] = now + Math.max(0, this.reset(slot, now) - left);
  }

  remaining(slot: number, now: number): number {
    return Math.max(0, Math.floor((this.#tolerance - this.reset(slot, now)) / this.#interval));
  }

  reset(slot: number, now: number): number {
    return Math.max(0, this.#due[slot]! - now);
  }
}
