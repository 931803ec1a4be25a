import { type Clock, checkOptionNames, type OptionNames, systemClock } from '../../core/index.ts';
import type { RedisDriver } from '../../redis/index.ts';
import { checkName, checkWhole, refuseOption } from '../option-check.ts';
import type { RateDecision } from '../rate-decision.ts';
import type { RateKey } from '../rate-key.ts';
import { DEFAULT_RULES, fullRules, type RateRule } from '../rate-rule.ts';
import { ChangingLimiter } from './changing-limiter.ts';
import { checkLeasable } from './lease-terms.ts';

/** What {@link createLeasedRateLimiter} takes. */
export interface LeasedRateLimiterOptions {
  /** Names the limiter in Redis, signals and errors: shared limiters of the same name and rules count with it. Not empty; no user data; default `default`. */
  readonly name?: string;
  /** The limits, 1 to 16, all of them `gcra` and none in shadow mode. Default: 100 in 60,000 ms. */
  readonly rules?: readonly RateRule[];
  /** The Redis where everything is counted. It stays open when the limiter is closed. */
  readonly driver: RedisDriver;
  /** Longest wait for one answer of Redis, in milliseconds; then the rules say what happens (`whenAway`). 1 to 60,000; default 5. */
  readonly timeoutMs?: number;
  /** `1 / n` with `n` processes: what passes while Redis is away, and a lease is at most a quarter of it of what is left. Above 0, up to 1; default 1. */
  readonly localShare?: number;
  /** A lease is for as much as this process uses in so many milliseconds; what is not used after five times as long, or a hundredth of the shortest window, is given back. 1 to 1,000; default 20. */
  readonly leaseMs?: number;
  /** Most keys of which memory holds something. 1 to 10,000,000; default 100,000. */
  readonly maxKeys?: number;
  /** Source of time for leases; default the machine's. */
  readonly clock?: Clock;
}

/** A decision, and who made it. */
export interface LeasedRateDecision extends RateDecision {
  /** `lease`: of what Redis has counted before; `redis`; `denial`: what Redis has said before still holds; `local`: Redis could not be asked. */
  readonly by: 'lease' | 'redis' | 'denial' | 'local';
}

/** Counts since the limiter was made; `redis`, `held.keys` and `held.unused` are as of now. */
export interface LeasedRateLimiterStats {
  readonly allowed: number;
  readonly denied: number;
  /** The same decisions by who made them. */
  readonly decided: Readonly<Record<LeasedRateDecision['by'], number>>;
  readonly held: {
    readonly keys: number;
    /** Units that are leased and not used. */
    readonly unused: number;
    readonly leases: number;
    readonly units: number;
    readonly givenBack: number;
  };
  /** `used`; `open`: not asked for a while, since it failed; `away`: there is no connection. */
  readonly redis: 'used' | 'open' | 'away';
  /** The code of the last failure to ask Redis. */
  readonly lastFailure: string | undefined;
}

/**
 * Limits that all processes share, for keys that are asked about very often: Redis counts many units at a time, before they
 * are used. Being over a limit, and Redis being away, are no exceptions. All methods throw or reject with
 * `MILLRACE_RATELIMIT_COST_INVALID`, `MILLRACE_RATELIMIT_KEY_INVALID` and `MILLRACE_RATELIMIT_CLOSED`: the caller's mistakes.
 */
export interface LeasedRateLimiter extends AsyncDisposable {
  readonly name: string;
  readonly rules: readonly Required<RateRule>[];
  /**
   * Counts `cost` (whole units from 0 up; default 1) by all rules when it fits all of them, and by none otherwise. The decision
   * itself when it can be given from memory, else a promise of it; `await` takes either.
   */
  check(key: RateKey, cost?: number): LeasedRateDecision | Promise<LeasedRateDecision>;
  /** What Redis would say, without anything being counted; what processes hold in leases counts as used. */
  peek(key: RateKey, cost?: number): Promise<LeasedRateDecision>;
  /** Corrects a decision of {@link check} to what was `used` in the end, in Redis, once a decision. False when Redis did not say that it is done. */
  settle(key: RateKey, decision: LeasedRateDecision, used: number): Promise<boolean>;
  /** {@link settle} with nothing used. */
  refund(key: RateKey, decision: LeasedRateDecision): Promise<boolean>;
  /**
   * Goes on with other rules, from the next question on; what is leased is given back. A rule that keeps its name keeps what is
   * counted. While processes have different rules each decides by its own, in Redis too.
   * @throws also `MILLRACE_RATELIMIT_OPTION_INVALID`, `MILLRACE_CORE_OPTION_UNKNOWN`, and then nothing has changed
   */
  change(rules: readonly RateRule[]): void;
  stats(): LeasedRateLimiterStats;
  /** Gives back what is leased, and forgets what is in memory. The driver stays. */
  close(): Promise<void>;
}

const OPTIONS: OptionNames<LeasedRateLimiterOptions> = {
  name: true,
  rules: true,
  driver: true,
  timeoutMs: true,
  localShare: true,
  leaseMs: true,
  maxKeys: true,
  clock: true,
};

/**
 * Makes a limiter that leases units from Redis.
 * @throws `MILLRACE_RATELIMIT_OPTION_INVALID`, `MILLRACE_CORE_OPTION_UNKNOWN`
 * @example
 * const limiter = createLeasedRateLimiter({
 *   name: 'tenant',
 *   driver: createIoredisDriver({ client: new Redis(process.env.REDIS_URL) }),
 *   rules: [{ name: 'second', limit: 50_000, windowMs: 1_000 }],
 *   localShare: 1 / 4,
 * });
 * const { allowed } = await limiter.check(['tenant', tenantId]);
 */
export function createLeasedRateLimiter(options: LeasedRateLimiterOptions): LeasedRateLimiter {
  checkOptionNames('createLeasedRateLimiter', options, OPTIONS);
  const { localShare = 1 } = options;
  if (!(localShare > 0 && localShare <= 1)) throw refuseOption('localShare', localShare, 'a number above 0, up to 1');
  return new ChangingLimiter({
    name: checkName('name', options.name ?? 'default'),
    rules: checkLeasable(fullRules(options.rules ?? DEFAULT_RULES)),
    driver: options.driver,
    timeoutMs: checkWhole('timeoutMs', options.timeoutMs ?? 5, 1, 60_000),
    share: localShare,
    leaseMs: checkWhole('leaseMs', options.leaseMs ?? 20, 1, 1_000),
    maxKeys: checkWhole('maxKeys', options.maxKeys ?? 100_000, 1, 10_000_000),
    clock: options.clock ?? systemClock,
  });
}
