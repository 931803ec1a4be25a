import { setImmediate as turn } from 'node:timers/promises';
import { type Clock, CORE_ERRORS, checkOptionNames, type OptionNames, type Timer } from '../core/index.ts';
import { TESTING_ERRORS } from './errors.ts';

/** A {@link Clock} that stands still until it is told to move. */
export interface FakeClock extends Clock {
  /**
   * Moves both times on by `ms` (from 0 up). Fires the timers that become due, in order of their due time and, where
   * that is equal, of scheduling, each at its own time; before, between and after them everything that is ready to
   * run does: microtasks, ticks, and the immediates that these ask for. Rejects with what a timer's callback threw.
   * @throws MILLRACE_TESTING_CLOCK_BUSY, MILLRACE_TESTING_CLOCK_STEP, MILLRACE_TESTING_TIMER_STORM (as rejections)
   */
  advance(ms: number): Promise<void>;
  /** Steps the wall clock by `ms`, in either direction. Monotonic time and timers do not notice. @throws MILLRACE_TESTING_CLOCK_STEP */
  jumpWall(ms: number): void;
  /** Number of timers that are scheduled and neither fired nor cancelled. */
  readonly pendingTimers: number;
}

/** Options of {@link createFakeClock}. */
export interface FakeClockOptions {
  /** Wall time at the start, in milliseconds since the Unix epoch; default 2026-01-01T00:00:00Z. */
  readonly wallMs?: number;
  /** Timers that one advance() may fire before it gives up, at least 1; default 1,000,000. */
  readonly maxTimersPerAdvance?: number;
}

/**
 * A clock for tests: days pass in milliseconds, and nothing happens by itself.
 * @example
 * const clock = createFakeClock();
 * let fired = 0;
 * clock.schedule(60_000, () => fired++);
 * await clock.advance(59_999); // fired === 0
 * await clock.advance(1); // fired === 1
 */
export function createFakeClock(options: FakeClockOptions = {}): FakeClock {
  return new SteppedClock(options);
}

const OPTIONS: OptionNames<FakeClockOptions> = { wallMs: true, maxTimersPerAdvance: true };

interface Entry extends Timer {
  readonly due: number;
  readonly fire: () => void;
}

class SteppedClock implements FakeClock {
  readonly #maxTimers: number;
  #now = 0;
  #wallOffset: number;
  #advancing = false;
  /** By due time; equal ones in order of scheduling. */
  readonly #timers: Entry[] = [];

  constructor(options: FakeClockOptions) {
    checkOptionNames('createFakeClock', options, OPTIONS);
    this.#wallOffset = options.wallMs ?? Date.UTC(2026, 0, 1);
    this.#maxTimers = options.maxTimersPerAdvance ?? 1_000_000;
  }

  now(): number {
    return this.#now;
  }

  wallNow(): number {
    return this.#wallOffset + this.#now;
  }

  get pendingTimers(): number {
    return this.#timers.length;
  }

  schedule(delayMs: number, fire: () => void): Timer {
    if (!Number.isFinite(delayMs)) {
      const context = { option: 'delayMs', value: delayMs, allowed: 'a finite number of milliseconds' };
      throw CORE_ERRORS.create('MILLRACE_CORE_OPTION_INVALID', context);
    }
    const entry: Entry = { due: this.#now + Math.max(0, Math.ceil(delayMs)), fire, cancel: () => this.#remove(entry) };
    const later = this.#timers.findLastIndex((other) => other.due <= entry.due) + 1;
    this.#timers.splice(later, 0, entry);
    return entry;
  }

  jumpWall(ms: number): void {
    if (!Number.isFinite(ms)) throw TESTING_ERRORS.create('MILLRACE_TESTING_CLOCK_STEP', { ms });
    this.#wallOffset += ms;
  }

  async advance(ms: number): Promise<void> {
    if (!(Number.isFinite(ms) && ms >= 0)) throw TESTING_ERRORS.create('MILLRACE_TESTING_CLOCK_STEP', { ms });
    if (this.#advancing) throw TESTING_ERRORS.create('MILLRACE_TESTING_CLOCK_BUSY');
    this.#advancing = true;
    try {
      await this.#moveTo(this.#now + ms);
    } finally {
      this.#advancing = false;
    }
  }

  async #moveTo(target: number): Promise<void> {
    await settled();
    let fired = 0;
    for (let next = this.#timers[0]; next !== undefined && next.due <= target; next = this.#timers[0]) {
      if (fired++ === this.#maxTimers) {
        throw TESTING_ERRORS.create('MILLRACE_TESTING_TIMER_STORM', { limit: this.#maxTimers });
      }
      this.#timers.shift();
      this.#now = next.due;
      next.fire();
      await settled();
    }
    this.#now = target;
  }

  #remove(entry: Entry): void {
    const at = this.#timers.indexOf(entry);
    if (at >= 0) this.#timers.splice(at, 1);
  }
}

/**
 * Resolves when everything that was ready to run has run. The first immediate comes after all microtasks and ticks;
 * the second after the immediates that those have asked for, and what came of them.
 */
async function settled(): Promise<void> {
  await turn();
  await turn();
}
