import { type Clock, systemClock } from './clock.ts';
import { checkDuration, checkWhole } from './option-checks.ts';
import { checkOptionNames, type OptionNames } from './option-names.ts';

/** Options of {@link createBreaker}. */
export interface BreakerOptions {
  /** Failures in a row that open it. 1 to 1,000; default 5. */
  readonly maxFailures?: number;
  /** How long it stays open before one call may try, in milliseconds; default 1,000. Doubles with each failed try, up to 16 times as long. */
  readonly openMs?: number;
  readonly clock?: Clock;
}

/** Keeps callers from something that fails: closed, open, or letting one of them try. */
export interface Breaker {
  /** `closed`: calls go through. `open`: none does. `trying`: one is under way that decides. */
  readonly state: 'closed' | 'open' | 'trying';
  /** Whether a call may be made now. Who gets `true` must tell its outcome. */
  allows(): boolean;
  succeeded(): void;
  failed(): void;
}

const OPTIONS: OptionNames<BreakerOptions> = { maxFailures: true, openMs: true, clock: true };
const LONGEST = 16;

/**
 * Makes a {@link Breaker}. It needs no timer and holds nothing.
 * @throws MILLRACE_CORE_OPTION_INVALID, MILLRACE_CORE_OPTION_UNKNOWN
 * @example
 * const breaker = createBreaker({ maxFailures: 5, openMs: 1_000 });
 * if (breaker.allows()) {
 *   try {
 *     await ask();
 *     breaker.succeeded();
 *   } catch (error) {
 *     breaker.failed();
 *   }
 * }
 */
export function createBreaker(options: BreakerOptions = {}): Breaker {
  checkOptionNames('createBreaker', options, OPTIONS);
  const maxFailures = checkWhole('maxFailures', options.maxFailures ?? 5, 1, 1_000);
  const openMs = checkDuration('openMs', options.openMs ?? 1_000);
  return new CountingBreaker(maxFailures, openMs, options.clock ?? systemClock);
}

class CountingBreaker implements Breaker {
  readonly #maxFailures: number;
  readonly #openMs: number;
  readonly #clock: Clock;
  #failures = 0;
  #tries = 0;
  #opensUntil: number | undefined;
  #trying = false;

  constructor(maxFailures: number, openMs: number, clock: Clock) {
    this.#maxFailures = maxFailures;
    this.#openMs = openMs;
    this.#clock = clock;
  }

  get state(): Breaker['state'] {
    if (this.#opensUntil === undefined) return 'closed';
    return this.#trying ? 'trying' : 'open';
  }

  allows(): boolean {
    if (this.#opensUntil === undefined) return true;
    if (this.#trying || this.#clock.now() < this.#opensUntil) return false;
    this.#trying = true;
    return true;
  }

  succeeded(): void {
    this.#failures = 0;
    this.#tries = 0;
    this.#trying = false;
    this.#opensUntil = undefined;
  }

  failed(): void {
    this.#failures++;
    if (this.#opensUntil === undefined && this.#failures < this.#maxFailures) return;
    if (this.#opensUntil !== undefined && !this.#trying) return; // Began before it opened.
    this.#opensUntil = this.#clock.now() + this.#openMs * Math.min(LONGEST, 2 ** this.#tries++);
    this.#trying = false;
  }
}
