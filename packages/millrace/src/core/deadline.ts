import { type Clock, systemClock } from './clock.ts';
import { CORE_ERRORS } from './core-errors.ts';
import { checkDuration } from './option-checks.ts';
import { checkOptionNames, type OptionNames } from './option-names.ts';

/** Options of {@link createDeadline} and {@link withTimeout}. */
export interface DeadlineOptions {
  readonly clock?: Clock;
  /** Aborts together with this one, with its reason. */
  readonly signal?: AbortSignal | undefined;
}

const OPTIONS: OptionNames<DeadlineOptions> = { clock: true, signal: true };

/** A promise, or a function that makes one. */
type Work<Value> = PromiseLike<Value> | ((signal: AbortSignal) => PromiseLike<Value> | Value);

/** A point in monotonic time after which work is given up. */
export interface Deadline {
  /** Aborts at the deadline with MILLRACE_CORE_DEADLINE_EXCEEDED, or with the parent signal's reason. */
  readonly signal: AbortSignal;
  /** Milliseconds left, never below 0; 0 once the signal is aborted. */
  remainingMs(): number;
  /** Lets go of the timer and of the parent signal. The signal never aborts after this. */
  close(): void;
  [Symbol.dispose](): void;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * A deadline `ms` from now.
 * @param ms from 0 up
 * @throws MILLRACE_CORE_OPTION_INVALID, MILLRACE_CORE_OPTION_UNKNOWN
 * @example
 * using deadline = createDeadline(2_000, { signal: request.signal });
 * const answer = await fetch(url, { signal: deadline.signal });
 */
export function createDeadline(ms: number, options: DeadlineOptions = {}): Deadline {
  const { clock = systemClock, signal: parent } = options;
  checkDuration('ms', ms);
  checkOptionNames('a deadline', options, OPTIONS);
  const controller = new AbortController();
  const { signal } = controller;
  const due = clock.now() + ms;
  const close = (): void => {
    timer?.cancel();
    parent?.removeEventListener('abort', follow);
  };
  const abort = (reason: unknown): void => {
    close();
    controller.abort(reason);
  };
  const follow = (): void => abort(parent?.reason);
  const expire = (): void => abort(CORE_ERRORS.create('MILLRACE_CORE_DEADLINE_EXCEEDED', { ms }));
  const timer = parent?.aborted ? undefined : clock.schedule(ms, expire);
  if (parent?.aborted) follow();
  else parent?.addEventListener('abort', follow);
  return {
    signal,
    remainingMs: () => (signal.aborted ? 0 : Math.max(0, due - clock.now())),
    close,
    [Symbol.dispose]: close,
    [Symbol.asyncDispose]: async () => close(),
  };
}

/**
 * The outcome of `work`, unless it takes longer than `ms` or the signal of the options aborts first. A function is
 * called at once with a signal that tells it to stop; work that goes on regardless is ignored, its late error too.
 *
 * Rejects with MILLRACE_CORE_DEADLINE_EXCEEDED, with the parent signal's reason, or as `work` does.
 * @param ms from 0 up
 * @example
 * const rows = await withTimeout((signal) => query('SELECT 1', { signal }), 500);
 */
export async function withTimeout<Value>(work: Work<Value>, ms: number, options: DeadlineOptions = {}): Promise<Value> {
  using deadline = createDeadline(ms, options);
  const { signal } = deadline;
  if (signal.aborted && typeof work === 'function') throw signal.reason;
  const late = Promise.withResolvers<never>();
  const giveUp = (): void => late.reject(signal.reason);
  if (signal.aborted) giveUp();
  else signal.addEventListener('abort', giveUp);
  try {
    return await Promise.race([late.promise, outcomeOf(work, signal)]);
  } finally {
    signal.removeEventListener('abort', giveUp);
  }
}

/** Calls a function at once; what it throws is its outcome too. */
async function outcomeOf<Value>(work: Work<Value>, signal: AbortSignal): Promise<Value> {
  return await (typeof work === 'function' ? work(signal) : work);
}
