import type { Clock, Timer } from 'millrace/core';
import { FLOW_ERRORS } from './errors.ts';

interface Pause {
  timer: Timer | undefined;
  readonly reject: (error: unknown) => void;
}

/** Users who think. All of them can be called back at once. */
export class Pauses {
  readonly #clock: Clock;
  readonly #pauses: Set<Pause> = new Set();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Waits so many milliseconds. */
  wait(ms: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const pause: Pause = { timer: undefined, reject };
      this.#pauses.add(pause);
      pause.timer = this.#clock.schedule(ms, () => {
        this.#pauses.delete(pause);
        resolve();
      });
    });
  }

  /** Ends every pause with MILLRACE_FLOW_STOPPED. */
  stop(): void {
    for (const { timer, reject } of this.#pauses) {
      timer?.cancel();
      reject(FLOW_ERRORS.create('MILLRACE_FLOW_STOPPED'));
    }
    this.#pauses.clear();
  }
}
