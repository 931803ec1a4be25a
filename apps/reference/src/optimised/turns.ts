import type { Clock } from 'millrace/core';
import { Problem } from '../problem.ts';

interface Waiter {
  take(): void;
  refuse(reason: Error): void;
}

/** Lets so many work at once; the others wait in order, for so long at most, and can all be refused at once. */
export class Turns {
  readonly #timeoutMs: number;
  readonly #clock: Clock;
  /** In order of arrival. */
  readonly #waiting = new Set<Waiter>();
  #free: number;

  constructor(count: number, timeoutMs: number, clock: Clock) {
    this.#free = count;
    this.#timeoutMs = timeoutMs;
    this.#clock = clock;
  }

  /** Rejects with a 503 problem when no turn comes in time. Each turn taken is to be given back. */
  async take(): Promise<void> {
    if (this.#free > 0) this.#free--;
    else await this.#wait();
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
