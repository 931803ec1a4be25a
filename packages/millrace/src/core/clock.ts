import { checkDuration } from './option-checks.ts';

/** A cancellable timer handed out by a {@link Clock}. */
export interface Timer {
  /** Stops the timer; harmless after it fired. */
  cancel(): void;
}

/**
 * Time as everything stateful in Millrace sees it. TTLs, windows and timeouts use {@link Clock.now};
 * {@link Clock.wallNow} is for labels and for times that other systems wrote (a token's `exp`).
 */
export interface Clock {
  /** Monotonic time in milliseconds, with fractions. Never steps back. Its origin means nothing. */
  now(): number;
  /** Wall-clock time in milliseconds since the Unix epoch. May step in either direction. */
  wallNow(): number;
  /**
   * Calls `fire` once, `delayMs` from now (minimum 0; fractions round up to the next millisecond; no maximum, though
   * `setTimeout` has one of 24.8 days).
   * A timer never keeps the process alive when `keepAlive` is false (default true).
   */
  schedule(delayMs: number, fire: () => void, options?: { readonly keepAlive?: boolean }): Timer;
}

/** The longest delay that `setTimeout` takes; it fires a longer one at once. */
const LONGEST_TIMEOUT_MS = 0x7fff_ffff;

/** The machine's own clock: `performance.now`, `Date.now`, `setTimeout`. */
export const systemClock: Clock = {
  now: () => performance.now(),
  wallNow: () => Date.now(),
  schedule(delayMs, fire, options) {
    const whole = Math.max(0, Math.ceil(delayMs));
    if (!(whole <= LONGEST_TIMEOUT_MS)) return scheduleFar(whole, fire, options);
    const timer = setTimeout(fire, whole);
    if (options?.keepAlive === false) timer.unref();
    return { cancel: () => clearTimeout(timer) };
  },
};

/** A timer past the longest timeout, in several legs. */
function scheduleFar(delayMs: number, fire: () => void, options?: { readonly keepAlive?: boolean }): Timer {
  const rest = checkDuration('delayMs', delayMs) - LONGEST_TIMEOUT_MS;
  let leg = systemClock.schedule(
    LONGEST_TIMEOUT_MS,
    () => {
      leg = systemClock.schedule(rest, fire, options);
    },
    options,
  );
  return { cancel: () => leg.cancel() };
}
