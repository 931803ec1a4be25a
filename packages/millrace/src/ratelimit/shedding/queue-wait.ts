import type { Clock } from '../../core/index.ts';

/** Weight of the newest in the mean time between two turns, at least. */
const NEWEST = 1 / 32;
/** What was before nobody waited counts as so many turns: it may be long ago. */
const REMEMBERED = 3;

interface Waiting {
  readonly sinceMs: number;
}

/**
 * What one who comes now would wait in a queue of the service's own, such as that for a connection to a database: how many
 * wait, times how long a turn took lately (Little's law), and how long the last turn ago is, so that a queue that nobody
 * leaves is noticed too. How long those who leave have waited, as CoDel measures, would be known only when it is too late
 * for all behind them.
 */
export class QueueWait {
  readonly #clock: Clock;
  readonly #waiting = new Set<Waiting>();
  #turns = 0;
  /** Mean time between two who leave while others wait. */
  #turnMs = 0;
  /** When the last one left, if others waited then. */
  #lastTurnMs: number | undefined;
  /** When the first one came after nobody had waited. */
  #begunMs = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Somebody begins to wait. Call what is returned when his turn has come, or when he has gone; again does nothing. */
  enter(): () => void {
    const one: Waiting = { sinceMs: this.#clock.now() };
    if (this.#waiting.size === 0) {
      this.#begunMs = one.sinceMs;
      this.#turns = Math.min(this.#turns, REMEMBERED);
    }
    this.#waiting.add(one);
    return () => {
      if (this.#waiting.delete(one)) this.#turn(this.#clock.now());
    };
  }

  get length(): number {
    return this.#waiting.size;
  }

  /** In milliseconds. Behind one alone only what it has waited counts: so there is a second, and the pace is found out anew. */
  expected(): number {
    if (this.#waiting.size === 0) return 0;
    return (this.#waiting.size - 1) * this.#turnMs + this.#clock.now() - (this.#lastTurnMs ?? this.#begunMs);
  }

  #turn(nowMs: number): void {
    if (this.#lastTurnMs !== undefined) {
      this.#turns++;
      this.#turnMs += (nowMs - this.#lastTurnMs - this.#turnMs) * Math.max(NEWEST, 1 / this.#turns);
    }
    this.#lastTurnMs = this.#waiting.size > 0 ? nowMs : undefined;
  }
}
