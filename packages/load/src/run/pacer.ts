import type { Clock, Timer } from 'millrace/core';
import type { Schedule } from '../schedule/index.ts';

/** Options of a {@link Pacer}. */
export interface PacerOptions {
  readonly schedule: Schedule;
  /** When the schedule starts, in clock milliseconds. */
  readonly startAt: number;
  readonly clock: Clock;
  readonly pacing: 'precise' | 'eco';
  /** Arrival `index` is due. `now` is never before `intendedAt`. */
  readonly onDue: (index: number, intendedAt: number, now: number) => void;
  /** The last arrival was handed out. */
  readonly onDone: () => void;
  /** Runs `turn` after what the event loop has at hand; default: `setImmediate`. */
  readonly soon?: (turn: () => void) => void;
}

/** Most arrivals handed out before answers get a turn: a late burst must not delay what it is compared with. */
const MAX_BURST = 64;
/** Nearer than this a precise pacer spins, since a timer may be that late. */
const SPIN_MS = 2;
/** How much earlier than due a precise pacer wakes. */
const WAKE_EARLY_MS = 1.5;

/** Hands out arrivals when they are due: never early, and late ones at once. */
export class Pacer {
  readonly #options: PacerOptions;
  readonly #soon: (turn: () => void) => void;
  #next = 0;
  #timer: Timer | undefined;
  #stopped = false;

  constructor(options: PacerOptions) {
    this.#options = options;
    this.#soon = options.soon ?? ((turn) => void setImmediate(turn));
  }

  start(): void {
    this.#turn();
  }

  /** Hands out no more. */
  stop(): void {
    this.#stopped = true;
    this.#timer?.cancel();
  }

  /** Hands out at once what was due before `now`. */
  handOut(now: number): void {
    const { schedule, startAt, onDue } = this.#options;
    while (this.#next < schedule.planned) {
      const intendedAt = startAt + schedule.offsetMs(this.#next);
      if (intendedAt >= now) return;
      onDue(this.#next++, intendedAt, now);
    }
  }

  #turn(): void {
    const { schedule, startAt, clock, onDue, onDone } = this.#options;
    let now = clock.now();
    for (let burst = 0; burst < MAX_BURST && !this.#stopped; burst++) {
      if (this.#next === schedule.planned) {
        this.stop();
        onDone();
        return;
      }
      const intendedAt = startAt + schedule.offsetMs(this.#next);
      if (intendedAt > now) {
        this.#wait(intendedAt - now);
        return;
      }
      onDue(this.#next++, intendedAt, now);
      now = clock.now();
    }
    if (!this.#stopped) this.#soon(() => this.#turn());
  }

  #wait(gapMs: number): void {
    const { clock, pacing } = this.#options;
    if (pacing === 'eco') this.#timer = clock.schedule(gapMs, () => this.#turn());
    else if (gapMs > SPIN_MS) this.#timer = clock.schedule(gapMs - WAKE_EARLY_MS, () => this.#turn());
    else this.#soon(() => this.#turn());
  }
}
