import type { Clock, Random } from '../../core/index.ts';

const FIRST_MS = 50;
const LAST_MS = 2_000;

/** Pauses that double from 50 ms to 2 s, with jitter, and end early when they are told to or the signal aborts. */
export class Backoff {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #signal: AbortSignal;
  #end: () => void = () => {};

  constructor(clock: Clock, random: Random, signal: AbortSignal) {
    this.#clock = clock;
    this.#random = random;
    this.#signal = signal;
  }

  /** @param failures how many attempts failed in a row before this one. */
  async pause(failures: number): Promise<void> {
    if (this.#signal.aborted) return;
    const longestMs = Math.min(LAST_MS, FIRST_MS * 2 ** failures);
    const { promise, resolve } = Promise.withResolvers<void>();
    const end = (): void => resolve();
    this.#end = end;
    const timer = this.#clock.schedule(longestMs * (0.5 + this.#random.next() / 2), end, { keepAlive: false });
    this.#signal.addEventListener('abort', end, { once: true });
    await promise;
    this.#signal.removeEventListener('abort', end);
    timer.cancel();
  }

  /** Ends the pause that is on. */
  wake(): void {
    this.#end();
  }
}
