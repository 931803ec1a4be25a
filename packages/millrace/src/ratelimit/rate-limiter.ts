import { type Clock, checkOptionNames, type OptionNames, systemClock } from '../core/index.ts';
import { MemoryLimiter } from './memory-limiter.ts';
import { checkName, checkWhole } from './option-check.ts';
import { type BanRule, checkBanRule, type HeavyHitterOptions } from './policy/index.ts';
import type { RateDecision } from './rate-decision.ts';
import type { RateKey } from './rate-key.ts';
import { DEFAULT_RULES, fullRules, type RateRule } from './rate-rule.ts';

/** What {@link createRateLimiter} takes. */
export interface RateLimiterOptions {
  /** Names the limiter in signals and errors. Not empty; no user data; default `default`. */
  readonly name?: string;
  /** The limits, 1 to 16; what passes must pass all of them. Default: 100 in 60,000 ms. */
  readonly rules?: readonly RateRule[];
  /**
   * Most keys that are counted one by one. 1 to 10,000,000; default 100,000. A key that owes nothing takes no place; while
   * all places are taken by keys that do, all others together count as one key.
   */
  readonly maxKeys?: number;
  /** Bans keys by themselves that are denied again and again. Default: none is. */
  readonly autoBan?: BanRule;
  /** What `millrace.ratelimit.hitters` is told of the keys that are denied most. */
  readonly heavyHitters?: HeavyHitterOptions;
  /** Source of time; default the machine's. */
  readonly clock?: Clock;
}

/** Counts since the limiter was made; `keys` is as of now. */
export interface RateLimiterStats {
  readonly allowed: number;
  readonly denied: number;
  /** Decisions that a rule in shadow mode would have turned into denials, or for which it would have been one too. */
  readonly shadowDenied: number;
  /** Keys that have a place, some of which may owe nothing any more. */
  readonly keys: number;
  /** Decisions for keys that had no place and were counted together. */
  readonly crowded: number;
  /** Keys that are banned, some of which may have served their time. */
  readonly banned: number;
}

/**
 * Limits in the memory of this process. Every answer is given at once: no promise, no timer, and no exception for what is
 * over its limit. All methods throw `MILLRACE_RATELIMIT_COST_INVALID`, `MILLRACE_RATELIMIT_KEY_INVALID` and
 * `MILLRACE_RATELIMIT_CLOSED`: the caller's mistakes.
 */
export interface RateLimiter extends Disposable {
  readonly name: string;
  readonly rules: readonly Required<RateRule>[];
  /**
   * Counts `cost` (whole units from 0 up; default 1) by all rules when it fits all of them, and by none otherwise: a
   * denial costs nothing and makes nobody wait longer.
   */
  check(key: RateKey, cost?: number): RateDecision;
  /** What {@link check} would say, without anything being counted. */
  peek(key: RateKey, cost?: number): RateDecision;
  /**
   * Whether one unit passes; if so it is counted. Alone by the limiter's rules; with numbers by that limit and nothing
   * else (default of each: 100, 60,000 ms), and each pair of numbers counts for itself.
   * @throws also `MILLRACE_RATELIMIT_OPTION_INVALID`
   */
  isAllowed(key: RateKey, limit?: number, windowMs?: number): boolean;
  /**
   * Corrects a decision of {@link check} about `key` to what was `used` in the end, in whole units; once a decision. What was
   * used beyond what passed counts although it may not fit, and makes what comes next wait, for two windows at most.
   */
  settle(key: RateKey, decision: RateDecision, used: number): void;
  /** Gives back what a decision about `key` counted, e.g. for an answer that failed: {@link settle} with nothing used. */
  refund(key: RateKey, decision: RateDecision): void;
  /**
   * Goes on with other rules, from the next question on. A rule that keeps its name and algorithm keeps what is counted,
   * whatever its numbers, but nobody then waits for more than may be owed by them; other rules start anew.
   * @throws also `MILLRACE_RATELIMIT_OPTION_INVALID`, `MILLRACE_CORE_OPTION_UNKNOWN`, and then nothing has changed
   */
  change(rules: readonly RateRule[]): void;
  /**
   * Denies everything of a key, the short form too, for `forMs` from now (1 to 2,678,400,000 ms) in place of what was
   * before. False when `maxKeys` keys are banned already.
   * @throws also `MILLRACE_RATELIMIT_OPTION_INVALID`
   */
  ban(key: RateKey, forMs: number): boolean;
  /** Ends a ban; false when there is none. */
  unban(key: RateKey): boolean;
  stats(): RateLimiterStats;
  /** Forgets all keys. */
  close(): void;
}

const OPTIONS: OptionNames<RateLimiterOptions> = {
  name: true,
  rules: true,
  maxKeys: true,
  autoBan: true,
  heavyHitters: true,
  clock: true,
};

/**
 * Makes a limiter that counts in memory.
 * @throws `MILLRACE_RATELIMIT_OPTION_INVALID`, `MILLRACE_CORE_OPTION_UNKNOWN`
 * @example
 * const limiter = createRateLimiter({
 *   name: 'login',
 *   rules: [
 *     { name: 'burst', limit: 5, windowMs: 10_000 },
 *     { name: 'hour', limit: 30, windowMs: 3_600_000 },
 *   ],
 * });
 * const { allowed, retryAfterMs } = limiter.check(['login', account]);
 */
export function createRateLimiter(options: RateLimiterOptions = {}): RateLimiter {
  checkOptionNames('createRateLimiter', options, OPTIONS);
  return new MemoryLimiter({
    name: checkName('name', options.name ?? 'default'),
    rules: fullRules(options.rules ?? DEFAULT_RULES),
    maxKeys: checkWhole('maxKeys', options.maxKeys ?? 100_000, 1, 10_000_000),
    autoBan: options.autoBan && checkBanRule(options.autoBan),
    heavyHitters: options.heavyHitters,
    clock: options.clock ?? systemClock,
  });
}
