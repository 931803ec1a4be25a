import { type Clock, checkOptionNames, type OptionNames, systemClock } from '../core/index.ts';
import type { RedisDriver } from '../redis/index.ts';
import { checkName, checkWhole, refuseOption } from './option-check.ts';
import { type BanRule, checkBanRule, type HeavyHitterOptions } from './policy/index.ts';
import type { RateDecision } from './rate-decision.ts';
import type { RateKey } from './rate-key.ts';
import { DEFAULT_RULES, fullRules, type RateRule } from './rate-rule.ts';
import { SharedLimiter } from './shared/index.ts';

/** What {@link createSharedRateLimiter} takes. */
export interface SharedRateLimiterOptions {
  /** Names the limiter in Redis, signals and errors: limiters of one name share what they count. Not empty; no user data; default `default`. */
  readonly name?: string;
  /** The limits, 1 to 16; what passes must pass all of them. Default: 100 in 60,000 ms. */
  readonly rules?: readonly RateRule[];
  /** The Redis where everything is counted. It stays open when the limiter is closed. */
  readonly driver: RedisDriver;
  /** Longest wait for Redis, in milliseconds; then the rules say what happens (`whenAway`). 1 to 60,000; default 5. */
  readonly timeoutMs?: number;
  /** The part of each limit that this process lets through by itself while Redis is away: `1 / n` with `n` processes. Above 0, up to 1; default 1. */
  readonly localShare?: number;
  /** Most keys of which memory holds something: as many denials, and as many keys that are counted while Redis is away. 1 to 10,000,000; default 100,000. */
  readonly maxKeys?: number;
  /**
   * Whether keys can be banned: each check then asks Redis about a second key, in the same round trip. Say it in each process
   * that shares the limiter. Default false, or true with `autoBan`.
   */
  readonly bans?: boolean;
  /** Bans keys by themselves, in all processes, that this one has denied again and again. Default: none is. */
  readonly autoBan?: BanRule;
  /** What `millrace.ratelimit.hitters` is told of the keys that this process denied most. */
  readonly heavyHitters?: HeavyHitterOptions;
  /** Source of time for what is not counted in Redis; default the machine's. */
  readonly clock?: Clock;
}

/** A decision, and who made it. */
export interface SharedRateDecision extends RateDecision {
  /** `redis`; `denial`: what Redis has said before still holds; `local`: Redis could not be asked, and the rules say what then. */
  readonly by: 'redis' | 'denial' | 'local';
  /** As `countedAt`, of the rules in shadow mode; undefined when they have not counted it. */
  readonly shadowCountedAt?: number;
}

/** Counts since the limiter was made; `redis` is as of now. */
export interface SharedRateLimiterStats {
  readonly allowed: number;
  readonly denied: number;
  /** Decisions that a rule in shadow mode would have turned into denials. */
  readonly shadowDenied: number;
  /** The same decisions by who made them. */
  readonly decided: Readonly<Record<SharedRateDecision['by'], number>>;
  /** `used`; `open`: not asked for a while, since it failed; `away`: there is no connection. */
  readonly redis: 'used' | 'open' | 'away';
  /** The code of the last failure to ask Redis. */
  readonly lastFailure: string | undefined;
}

/**
 * Limits that all processes share, counted in Redis by its clock, in one round trip a decision. No promise rejects because
 * Redis is away: then each rule does what it says. All methods reject with `MILLRACE_RATELIMIT_COST_INVALID`,
 * `MILLRACE_RATELIMIT_KEY_INVALID` and `MILLRACE_RATELIMIT_CLOSED`: the caller's mistakes.
 */
export interface SharedRateLimiter extends Disposable {
  readonly name: string;
  readonly rules: readonly Required<RateRule>[];
  /** Counts `cost` (whole units from 0 up; default 1) by all rules when it fits all of them, and by none otherwise. */
  check(key: RateKey, cost?: number): Promise<SharedRateDecision>;
  /** What {@link check} would say, without anything being counted. */
  peek(key: RateKey, cost?: number): Promise<SharedRateDecision>;
  /**
   * Whether one unit passes; if so it is counted. Alone by the limiter's rules; with numbers by that limit and nothing
   * else (default of each: 100, 60,000 ms; while Redis is away by this process's share), and each pair of numbers counts
   * for itself. Rejects also with `MILLRACE_RATELIMIT_OPTION_INVALID`.
   */
  isAllowed(key: RateKey, limit?: number, windowMs?: number): Promise<boolean>;
  /**
   * Corrects a decision of {@link check} about `key` to what was `used` in the end, in whole units, where it was counted;
   * once a decision. False when Redis did not say that it is done.
   */
  settle(key: RateKey, decision: SharedRateDecision, used: number): Promise<boolean>;
  /** Gives back what a decision about `key` counted, e.g. for an answer that failed: {@link settle} with nothing used. */
  refund(key: RateKey, decision: SharedRateDecision): Promise<boolean>;
  /**
   * Goes on with other rules, from the next question on, in this process: tell each. A rule that keeps its name and algorithm
   * keeps what Redis has counted, whatever its numbers, but nobody then waits for more than may be owed by them; other rules
   * start anew, and so does this process's share while Redis is away.
   * @throws `MILLRACE_RATELIMIT_OPTION_INVALID`, `MILLRACE_CORE_OPTION_UNKNOWN`, and then nothing has changed
   */
  change(rules: readonly RateRule[]): void;
  /**
   * Denies everything of a key, the short form too, for `forMs` from now (1 to 2,678,400,000 ms) in place of what was
   * before, in all processes with `bans`. False when Redis did not take it: then it holds in this process while its memory
   * lasts. Rejects also with `MILLRACE_RATELIMIT_OPTION_INVALID`.
   */
  ban(key: RateKey, forMs: number): Promise<boolean>;
  /** Ends a ban, in other processes within a second; false when Redis did not take it. Rejects as {@link ban}. */
  unban(key: RateKey): Promise<boolean>;
  stats(): SharedRateLimiterStats;
  /** Forgets what is in memory; what is counted in Redis stays, and so does the driver. */
  close(): void;
}

const OPTIONS: OptionNames<SharedRateLimiterOptions> = {
  name: true,
  rules: true,
  driver: true,
  timeoutMs: true,
  localShare: true,
  maxKeys: true,
  bans: true,
  autoBan: true,
  heavyHitters: true,
  clock: true,
};

/**
 * Makes a limiter that counts in Redis.
 * @throws `MILLRACE_RATELIMIT_OPTION_INVALID`, `MILLRACE_CORE_OPTION_UNKNOWN`
 * @example
 * const limiter = createSharedRateLimiter({
 *   name: 'login',
 *   driver: createIoredisDriver({ client: new Redis(process.env.REDIS_URL) }),
 *   rules: [{ name: 'hour', limit: 30, windowMs: 3_600_000, whenAway: 'closed' }],
 * });
 * const { allowed, retryAfterMs } = await limiter.check(['login', account]);
 */
export function createSharedRateLimiter(options: SharedRateLimiterOptions): SharedRateLimiter {
  checkOptionNames('createSharedRateLimiter', options, OPTIONS);
  const { localShare = 1 } = options;
  if (!(localShare > 0 && localShare <= 1)) throw refuseOption('localShare', localShare, 'a number above 0, up to 1');
  return new SharedLimiter({
    name: checkName('name', options.name ?? 'default'),
    rules: fullRules(options.rules ?? DEFAULT_RULES),
    driver: options.driver,
    timeoutMs: checkWhole('timeoutMs', options.timeoutMs ?? 5, 1, 60_000),
    share: localShare,
    maxKeys: checkWhole('maxKeys', options.maxKeys ?? 100_000, 1, 10_000_000),
    bans: options.bans ?? false,
    autoBan: options.autoBan && checkBanRule(options.autoBan),
    heavyHitters: options.heavyHitters,
    clock: options.clock ?? systemClock,
  });
}
