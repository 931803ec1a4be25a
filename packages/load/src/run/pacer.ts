/*
 * When requests start. All figures of a run stand on this: a response time counts from the moment that the schedule says,
 * so whatever makes the generator late must neither move the schedule nor hide.
 *
 * Time comes from one clock, and what is due from the schedule by index: offset 0, 1, 2 … from one start. Nothing is added
 * to "now" or to the last start, so lateness never adds up, and after a pause every arrival that fell into it is handed out
 * at once, each with the time it should have had. None is ever handed out early, since that would shorten its time.
 *
 * Waiting is a choice between two costs. `eco` sets a timer for the next arrival; a timer may be a millisecond late, which
 * the schedule lag shows. `precise` sets it earlier than due and passes the rest in turns of the event loop: a core is
 * busy, and the lag is that of one turn. It turns and does not block, as answers arrive in the same loop. Before each turn
 * it watches the clock for 5 µs: a turn leaves garbage, and a spin that did nothing but turn had V8 collect it 85 times a
 * second, for 0.2 ms each, which alone was a lag of 160 µs in every hundredth arrival.
 *
 * Between a burst of late arrivals and the answers that wait to be read there must be a fair share. The clock is read anew
 * after each arrival, since handing one out takes time that the next one's lag contains; and after MAX_BURST of them the
 * loop gets a turn, or a late generator would count its own work as the time that the service took.
 */
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

/** Most arrivals handed out before answers get a turn. */
const MAX_BURST = 64;
/** Nearer than this a precise pacer spins, since a timer may be that late. */
const SPIN_MS = 2;
/** How long a spin watches the clock before answers get a turn. */
const WATCH_MS = 0.005;
/** More looks than fit into that, for a clock that stands still. */
const MAX_LOOKS = 1_000;
/** How much earlier than due a precise pacer wakes. */
const WAKE_EARLY_MS = 1.5;

/** Hands out arrivals when they are due: never early, and late ones at once. */
export class Pacer {
  readonly #options: PacerOptions;
  readonly #soon: (turn: () => void) => void;
  readonly #again = (): void => this.#turn();
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
      // Not a function of its own: the clock's numbers would be garbage too.
      if (intendedAt > now && this.#spins(intendedAt - now)) {
        const until = Math.min(intendedAt, now + WATCH_MS);
        let looks = 0;
        do now = clock.now();
        while (now < until && ++looks < MAX_LOOKS);
      }
      if (intendedAt > now) {
        this.#wait(intendedAt - now);
        return;
      }
      onDue(this.#next++, intendedAt, now);
      now = clock.now();
    }
    if (!this.#stopped) this.#soon(this.#again);
  }

  #wait(gapMs: number): void {
    const { clock, pacing } = this.#options;
    if (pacing === 'eco') this.#timer = clock.schedule(gapMs, this.#again);
    else if (this.#spins(gapMs)) this.#soon(this.#again);
    else this.#timer = clock.schedule(gapMs - WAKE_EARLY_MS, this.#again);
  }

  #spins(gapMs: number): boolean {
    return this.#options.pacing === 'precise' && gapMs <= SPIN_MS;
  }
}
