import type { Clock } from 'millrace/core';
import { Problem } from '../problem.ts';

interface Waiter {
  take(): void;
  refuse(reason: Error): void;
}

/** What the bounds of {@link Turns} are. */
export interface TurnsOptions {
  /** How many work at once. */
  readonly count: number;
  /** How many may wait. */
  readonly maxWaiting: number;
  /** For how long. */
  readonly timeoutMs: number;
  readonly clock: Clock;
}

/** Lets so many work at once; so many others wait in order, for so long at most, and can all be refused at once. */
export class Turns {
  readonly #maxWaiting: number;
  readonly #timeoutMs: number;
  readonly #clock: Clock;
  /** In order of arrival. */
  readonly #waiting = new Set<Waiter>();
  #free: number;

  constructor({ count, maxWaiting, timeoutMs, clock }: TurnsOptions) {
    this.#free = count;
    this.#maxWaiting = maxWaiting;
    this.#timeoutMs = timeoutMs;
    this.#clock = clock;
  }

  /** Rejects with a 503 problem when no turn comes in time, and at once when too many wait. Each turn taken is to be given back. */
  async take(): Promise<void> {
    if (this.#free > 0) this.#free--;
    else if (this.#waiting.size < this.#maxWaiting) await this.#wait();
    else throw new Problem(503, 'too many wait for a database connection', { 'retry-after': '1' });
  }

  give(): void {
    const [next] = this.#waiting;
    if (next === undefined) this.#free++;
    else next.take();
  }

  refuseAll(reason: Error): void {
    for (const waiter of this.#waiting) waiter.refuse(reason);
  }

  #wait(): Promise<void> {
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        timer.cancel();
        this.#waiting.delete(waiter);
      };
      const waiter: Waiter = {
        take() {
          leave();
          resolve();
        },
        refuse(reason) {
          leave();
          reject(reason);
        },
      };
      const late = (): Problem =>
        new Problem(503, 'no database connection became free in time', { 'retry-after': '1' });
      const timer = this.#clock.schedule(this.#timeoutMs, () => waiter.refuse(late()));
      this.#waiting.add(waiter);
    });
  }
}
