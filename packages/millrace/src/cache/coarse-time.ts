import { type Clock, systemClock } from '../core/index.ts';

/**
 * The time, read once a turn of the event loop: reading the machine's clock takes longer than all the rest of a hit. It is
 * never ahead, and behind only by what happened since in the same turn.
 */
export class CoarseTime {
  readonly #clock: Clock;
  #now: number | undefined;
  readonly #forget = (): void => {
    this.#now = undefined;
  };

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  now(): number {
    if (this.#now !== undefined) return this.#now;
    const now = this.#clock.now();
    if (this.#clock !== systemClock) return now; // Of a clock made for tests every reading counts.
    setImmediate(this.#forget).unref();
    this.#now = now;
    return now;
  }
}
