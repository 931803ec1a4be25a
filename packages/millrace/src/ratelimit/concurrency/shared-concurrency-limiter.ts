import { type Clock, checkOptionNames, type OptionNames, systemClock } from '../../core/index.ts';
import type { RedisDriver } from '../../redis/index.ts';
import { checkName, checkWhole, refuseOption } from '../option-check.ts';
import type { RateKey } from '../rate-key.ts';
import { SharedConcurrency } from './shared-concurrency.ts';
import { checkSlotLimit } from './slot-limit.ts';

/** What {@link createSharedConcurrencyLimiter} takes. */
export interface SharedConcurrencyLimiterOptions {
  /** Names the limiter in Redis, signals and errors: limiters of one name share their slots. Not empty; no user data; default `default`. */
  readonly name?: string;
  /** Most slots of one key that all processes hold at once. 1 to 1,000,000. */
  readonly limit: number;
  /** The Redis where slots are held. It stays open when the limiter is closed. */
  readonly driver: RedisDriver;
  /**
   * How long a slot is held without being renewed, in milliseconds: after so long what a crashed process held is free again.
   * A process renews all that it holds four times as often; one that stands still for longer loses it. 200 to 3,600,000;
   * default 10,000.
   */
  readonly termMs?: number;
  /** Longest wait for Redis, in milliseconds; then `whenAway` says what happens. 1 to a quarter of `termMs`; default 5. */
  readonly timeoutMs?: number;
  /**
   * What happens while Redis is away: `local` (default), this process gives its share of each limit; `open`, a slot to
   * everybody; `closed`, none. What is given then counts as soon as Redis is back.
   */
  readonly whenAway?: 'local' | 'open' | 'closed';
  /** The part of each limit that this process gives by itself while Redis is away: `1 / n` with `n` processes; at least one slot. Above 0, up to 1; default 1. */
  readonly localShare?: number;
  /** Most keys of which this process holds slots. 1 to 10,000,000; default 100,000. */
  readonly maxKeys?: number;
  /** After which time who is refused is told to come again, in milliseconds. 0 to 3,600,000; default 1,000. */
  readonly retryAfterMs?: number;
  /** Source of time for renewals; default the machine's. */
  readonly clock?: Clock;
}

/**
 * One slot, or the word that there is none. Release it when the work is done, however that ends; `await using` does so:
 * `await using slot = await limiter.acquire(key)`.
 */
export interface SharedConcurrencySlot extends AsyncDisposable {
  /** Whether it may go on. When not, nothing is held by it, and nothing has to be released. */
  readonly allowed: boolean;
  /** The limit when this was decided. */
  readonly limit: number;
  /** Slots of the key that were held then, with this one: by all processes, or, by `local`, by this one. */
  readonly inUse: number;
  /** When to come again, in milliseconds; 0 when it is allowed. */
  readonly retryAfterMs: number;
  /**
   * Why it is not allowed: `limit`, all slots are held; `away`, Redis is, and `closed` says so; `keys`, this process holds
   * slots of so many keys that there is no room for one more.
   */
  readonly refusal: 'limit' | 'away' | 'keys' | undefined;
  /** Who decided: `redis`, or `local`: Redis was not asked, or did not answer. */
  readonly by: 'redis' | 'local';
  /**
   * Aborted, with `MILLRACE_RATELIMIT_SLOT_LOST`, when the slot could not be renewed in time, before others may get it: stop
   * then. Also when the limiter is closed (`MILLRACE_RATELIMIT_CLOSED`). What was given by `local` is not lost.
   */
  readonly lost: AbortSignal;
  /**
   * Gives the slot back; again does nothing. Never rejects. True when Redis has heard of it within `timeoutMs`; else it is told
   * again, until the slot ends by itself.
   */
  release(): Promise<boolean>;
}

/** Counts since the limiter was made; `held`, `keys` and `redis` are as of now. */
export interface SharedConcurrencyLimiterStats {
  readonly allowed: number;
  readonly denied: number;
  /** The same decisions by who made them. */
  readonly decided: Readonly<Record<SharedConcurrencySlot['by'], number>>;
  /** Slots that this process has not released. */
  readonly held: number;
  /** Slots that it has lost. */
  readonly lost: number;
  /** Keys of which it holds slots, or asks for one. */
  readonly keys: number;
  /** `used`; `open`: not asked for a while, since it failed; `away`: there is no connection. */
  readonly redis: 'used' | 'open' | 'away';
  /** The code of the last failure to ask Redis. */
  readonly lastFailure: string | undefined;
}

/**
 * How much all processes have under way at once, for each key. Slots are held in Redis by its clock, renewed while they are
 * held, and end by themselves when their process does. Being over the limit, and Redis being away, are no exceptions.
 */
export interface SharedConcurrencyLimiter extends AsyncDisposable {
  readonly name: string;
  readonly limit: number;
  /** A slot of the key if one is free now. Rejects with `MILLRACE_RATELIMIT_KEY_INVALID`, `MILLRACE_RATELIMIT_CLOSED`. */
  acquire(key: RateKey): Promise<SharedConcurrencySlot>;
  /**
   * Goes on with another limit, 1 to 1,000,000, in this process: tell each. Who holds a slot keeps it.
   * @throws `MILLRACE_RATELIMIT_OPTION_INVALID`, `MILLRACE_RATELIMIT_CLOSED`
   */
  setLimit(limit: number): void;
  stats(): SharedConcurrencyLimiterStats;
  /** Gives back all slots, and ends when Redis has heard of it or time is up for that. The driver stays. Never rejects. */
  close(): Promise<void>;
}

const OPTIONS: OptionNames<SharedConcurrencyLimiterOptions> = {
  name: true,
  limit: true,
  driver: true,
  termMs: true,
  timeoutMs: true,
  whenAway: true,
  localShare: true,
  maxKeys: true,
  retryAfterMs: true,
  clock: true,
};
const WHEN_AWAY = ['local', 'open', 'closed'];

/**
 * Makes a limiter of what all processes have under way at once.
 * @throws `MILLRACE_RATELIMIT_OPTION_INVALID`, `MILLRACE_CORE_OPTION_UNKNOWN`
 * @example
 * const crawls = createSharedConcurrencyLimiter({
 *   name: 'crawls',
 *   limit: 5,
 *   driver: createIoredisDriver({ client: new Redis(process.env.REDIS_URL) }),
 *   localShare: 1 / 4,
 * });
 * async function crawlSite(host: string): Promise<boolean> {
 *   await using slot = await crawls.acquire(['host', host]);
 *   if (slot.allowed) await crawl(host, slot.lost);
 *   return slot.allowed;
 * }
 */
export function createSharedConcurrencyLimiter(options: SharedConcurrencyLimiterOptions): SharedConcurrencyLimiter {
  checkOptionNames('createSharedConcurrencyLimiter', options, OPTIONS);
  const { localShare = 1, whenAway = 'local' } = options;
  if (!(localShare > 0 && localShare <= 1)) throw refuseOption('localShare', localShare, 'a number above 0, up to 1');
  if (!WHEN_AWAY.includes(whenAway)) throw refuseOption('whenAway', whenAway, WHEN_AWAY.join(', '));
  const termMs = checkWhole('termMs', options.termMs ?? 10_000, 200, 3_600_000);
  return new SharedConcurrency({
    name: checkName('name', options.name ?? 'default'),
    limit: checkSlotLimit(options.limit),
    driver: options.driver,
    termMs,
    timeoutMs: checkWhole('timeoutMs', options.timeoutMs ?? 5, 1, Math.floor(termMs / 4)),
    whenAway,
    localShare,
    maxKeys: checkWhole('maxKeys', options.maxKeys ?? 100_000, 1, 10_000_000),
    retryAfterMs: checkWhole('retryAfterMs', options.retryAfterMs ?? 1_000, 0, 3_600_000),
    clock: options.clock ?? systemClock,
  });
}
