import { type Clock, checkOptionNames, type OptionNames, systemClock } from '../../core/index.ts';
import { checkName, checkWhole } from '../option-check.ts';
import type { RateKey } from '../rate-key.ts';
import { MemoryConcurrency } from './memory-concurrency.ts';
import { checkSlotLimit } from './slot-limit.ts';

/** What {@link createConcurrencyLimiter} takes. */
export interface ConcurrencyLimiterOptions {
  /** Names the limiter in signals and errors. Not empty; no user data; default `default`. */
  readonly name?: string;
  /** Most slots of one key that are in use at once. 1 to 1,000,000. */
  readonly limit: number;
  /** Most keys of which slots are in use at once; a key of which none is takes no place. 1 to 10,000,000; default 100,000. */
  readonly maxKeys?: number;
  /** Most callers of `wait` that wait for slots of one key. 0 to 100,000; default 0: nobody waits. */
  readonly maxWaiting?: number;
  /** How long each of them waits at most, in milliseconds. 1 to 3,600,000; default 1,000. */
  readonly maxWaitMs?: number;
  /** After which time who is refused is told to come again, in milliseconds: when a slot will be free nobody knows. 0 to 3,600,000; default 1,000. */
  readonly retryAfterMs?: number;
  /** Source of time; default the machine's. */
  readonly clock?: Clock;
}

/**
 * One slot, or the word that there is none. Release it when the work is done, however that ends; `using` does so:
 * `using slot = limiter.acquire(key)`.
 */
export interface ConcurrencySlot extends Disposable {
  /** Whether it may go on. When not, nothing is in use by it, and nothing has to be released. */
  readonly allowed: boolean;
  /** The limit when this was decided. */
  readonly limit: number;
  /** Slots of the key that were in use then, with this one. */
  readonly inUse: number;
  /** When to come again, in milliseconds; 0 when it is allowed. */
  readonly retryAfterMs: number;
  /**
   * Why it is not allowed: `limit`, all slots are in use, and so are the places to wait; `late`, it has waited for as long
   * as may be; `keys`, slots of so many keys are in use that there is no room for one more.
   */
  readonly refusal: 'limit' | 'late' | 'keys' | undefined;
  /** Makes the slot free; again does nothing. Never throws, also after the limiter is closed. */
  release(): void;
}

/** Counts since the limiter was made; `inUse`, `keys` and `waiting` are as of now. */
export interface ConcurrencyLimiterStats {
  readonly allowed: number;
  readonly denied: number;
  /** Slots in use, of all keys. */
  readonly inUse: number;
  /** Keys of which slots are in use. */
  readonly keys: number;
  /** Callers who wait. */
  readonly waiting: number;
}

/**
 * How much may be under way at once, for each key, in the memory of this process. All methods throw (`wait` rejects with)
 * `MILLRACE_RATELIMIT_KEY_INVALID` and `MILLRACE_RATELIMIT_CLOSED`: the caller's mistakes.
 */
export interface ConcurrencyLimiter extends Disposable {
  readonly name: string;
  readonly limit: number;
  /** A slot of the key if one is free now. */
  acquire(key: RateKey): ConcurrencySlot;
  /**
   * A slot of the key as soon as one is free, in the order of asking; refused when it would wait with more than
   * `maxWaiting` others, or has waited for `maxWaitMs`. Rejects with the reason of `signal` when that is aborted while it
   * waits, or was before; not when a slot was given to it first: so release what comes, also then.
   */
  wait(key: RateKey, signal?: AbortSignal): Promise<ConcurrencySlot>;
  /**
   * Goes on with another limit, 1 to 1,000,000. Who has a slot keeps it; those who wait are served at once when there are
   * more. @throws also `MILLRACE_RATELIMIT_OPTION_INVALID`
   */
  setLimit(limit: number): void;
  stats(): ConcurrencyLimiterStats;
  /** Refuses everything from now on, also those who wait. Slots that are in use can still be released. */
  close(): void;
}

const OPTIONS: OptionNames<ConcurrencyLimiterOptions> = {
  name: true,
  limit: true,
  maxKeys: true,
  maxWaiting: true,
  maxWaitMs: true,
  retryAfterMs: true,
  clock: true,
};

/**
 * Makes a limiter of what is under way at once, in this process.
 * @throws `MILLRACE_RATELIMIT_OPTION_INVALID`, `MILLRACE_CORE_OPTION_UNKNOWN`
 * @example
 * const exports = createConcurrencyLimiter({ name: 'exports', limit: 2, maxWaiting: 10, maxWaitMs: 5_000 });
 * async function exportAll(account: string, signal: AbortSignal): Promise<string> {
 *   using slot = await exports.wait(['account', account], signal);
 *   if (!slot.allowed) throw new Error(`busy, come again in ${slot.retryAfterMs} ms`);
 *   return await writeExport(account);
 * }
 */
export function createConcurrencyLimiter(options: ConcurrencyLimiterOptions): ConcurrencyLimiter {
  checkOptionNames('createConcurrencyLimiter', options, OPTIONS);
  return new MemoryConcurrency({
    name: checkName('name', options.name ?? 'default'),
    limit: checkSlotLimit(options.limit),
    maxKeys: checkWhole('maxKeys', options.maxKeys ?? 100_000, 1, 10_000_000),
    maxWaiting: checkWhole('maxWaiting', options.maxWaiting ?? 0, 0, 100_000),
    maxWaitMs: checkWhole('maxWaitMs', options.maxWaitMs ?? 1_000, 1, 3_600_000),
    retryAfterMs: checkWhole('retryAfterMs', options.retryAfterMs ?? 1_000, 0, 3_600_000),
    clock: options.clock ?? systemClock,
  });
}
