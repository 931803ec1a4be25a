import type { Clock } from 'millrace/core';
import type { StepRecorder } from '../run/index.ts';

/** One call in so many is timed, on the mean. */
const EVERY = 16;

/**
 * Times the code of flows, of some calls by chance: reading the clock costs as much as quick code. By chance and not each
 * 16th, or of a flow of sixteen requests only one would ever be seen.
 */
export class CodeWatch {
  readonly #clock: Clock;
  /** Calls until the next that is timed. */
  #left = 1;
  #state = 1;
  /** A call is being timed that began with an answer. */
  #isHearing = false;
  /** What flows that began meanwhile took. */
  #begunMs = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Runs a flow up to its first wait. */
  begin<Value>(row: StepRecorder, run: () => Value): Value {
    const isDue = this.#isDue();
    if (!isDue && !this.#isHearing) return run();
    const began = this.#clock.now();
    try {
      return run();
    } finally {
      const tookMs = this.#clock.now() - began;
      if (isDue) row.codeTook(tookMs);
      this.#begunMs += tookMs;
    }
  }

  /** A flow is about to hear of an answer: all is its code from then until nothing is left but to wait. */
  hears(row: StepRecorder): void {
    if (!this.#isDue() || this.#isHearing) return;
    this.#isHearing = true;
    this.#begunMs = 0;
    const began = this.#clock.now();
    // What waits for the answer runs as microtasks, those it asks for too; a tick asked for among them comes after them.
    queueMicrotask(() => process.nextTick(() => this.#heard(row, began)));
  }

  /** Where that ended the flow, its user may have begun another, which is not what is slow after this answer. */
  #heard(row: StepRecorder, began: number): void {
    this.#isHearing = false;
    row.codeTook(this.#clock.now() - began - this.#begunMs);
  }

  #isDue(): boolean {
    if (--this.#left > 0) return false;
    // The constants of Numerical Recipes; the high bits are the better ones.
    this.#state = (Math.imul(this.#state, 1_664_525) + 1_013_904_223) >>> 0;
    this.#left = 1 + Math.floor((this.#state / 2 ** 32) * (2 * EVERY - 1));
    return true;
  }
}
