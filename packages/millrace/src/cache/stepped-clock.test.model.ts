import type { Clock, Timer } from '../core/index.ts';

/**
 * Time that passes in one step, without turns of the event loop between its timers: who drives a race lets those come as
 * they may.
 */
export class SteppedClock implements Clock {
  #now = 0;
  readonly #timers = new Set<{ readonly due: number; readonly fire: () => void }>();

  now(): number {
    return this.#now;
  }

  wallNow(): number {
    return this.#now;
  }

  schedule(delayMs: number, fire: () => void): Timer {
    const timer = { due: this.#now + delayMs, fire };
    this.#timers.add(timer);
    return { cancel: () => void this.#timers.delete(timer) };
  }

  advance(ms: number): void {
    this.#now += ms;
    for (const timer of [...this.#timers].sort((a, b) => a.due - b.due)) {
      if (timer.due <= this.#now && this.#timers.delete(timer)) timer.fire();
    }
  }
}
