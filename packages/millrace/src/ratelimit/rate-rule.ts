import { checkOptionNames, type OptionNames } from '../core/index.ts';
import { checkName, checkWhole, refuseOption } from './option-check.ts';

/** One limit: `limit` units in `windowMs`. Plain data: one rule serves requests, messages and tasks alike. */
export interface RateRule {
  /** Names it in decisions, headers and statistics. Not empty; no user data; no two of one limiter alike. */
  readonly name: string;
  /** Units that pass in a window. A whole number from 1 up, at most 250 a millisecond. */
  readonly limit: number;
  /** In milliseconds, whole. 1 to 2,678,400,000 (31 days). */
  readonly windowMs: number;
  /**
   * How it is counted. `gcra` (default): a burst, then an even pace, one number a key. `sliding-counter`: the last window,
   * as if what came in the window before had come evenly. `exact-log`: never more than `limit` in any window, for limits up
   * to 64, since each unit is kept. `fixed-window`: windows that begin with their first unit, for those who must count like
   * others; around the end of one up to twice the limit passes.
   */
  readonly algorithm?: 'gcra' | 'sliding-counter' | 'exact-log' | 'fixed-window';
  /**
   * With `gcra` alone: units that may come at once before the pace counts, 1 to 1,000,000,000; default `limit`. In any span of `t`
   * milliseconds at most `burst + t * limit / windowMs` units pass: right after a pause up to twice the limit in one window
   * with the default, hardly more than the limit with a burst that is small against it.
   */
  readonly burst?: number;
  /**
   * What happens while the limit is to be counted in Redis and that is away: `local` (default), each process lets its share
   * through; `open`, everything passes; `closed`, nothing does. In memory it means nothing.
   */
  readonly whenAway?: 'local' | 'open' | 'closed';
  /**
   * Whether the rule only tells: it counts as if it were kept, but never denies; `shadow` of a decision says when it would
   * have. Default false.
   */
  readonly shadow?: boolean;
}

/** A rule with everything said. */
export type FullRateRule = Required<RateRule>;

const OPTIONS: OptionNames<RateRule> = {
  name: true,
  limit: true,
  windowMs: true,
  burst: true,
  algorithm: true,
  whenAway: true,
  shadow: true,
};
const MAX_WINDOW_MS = 31 * 86_400_000;
const MAX_UNITS = 1_000_000_000;
const MAX_UNITS_PER_MS = 250;
/** What may be owed stays so small that it is counted exactly. */
const MAX_OWED_MS = 366 * 86_400_000;
const MAX_RULES = 16;
const MAX_LOGGED = 64;
const ALGORITHMS = ['gcra', 'sliding-counter', 'exact-log', 'fixed-window'];
const WHEN_AWAY = ['local', 'open', 'closed'];

/** What a limiter has that is given no rules. */
export const DEFAULT_RULES: readonly RateRule[] = [{ name: 'default', limit: 100, windowMs: 60_000 }];

/** Refuses a limit that cannot be kept exactly. @throws MILLRACE_RATELIMIT_OPTION_INVALID */
export function checkLimit(limit: number, windowMs: number): void {
  checkWhole('windowMs', windowMs, 1, MAX_WINDOW_MS);
  checkWhole('limit', limit, 1, Math.min(MAX_UNITS, MAX_UNITS_PER_MS * windowMs));
}

/** The rules with their defaults, frozen. @throws MILLRACE_RATELIMIT_OPTION_INVALID, MILLRACE_CORE_OPTION_UNKNOWN */
export function fullRules(rules: readonly RateRule[]): readonly FullRateRule[] {
  checkWhole('rules.length', rules.length, 1, MAX_RULES);
  const names = new Set<string>();
  return Object.freeze(
    rules.map((rule) => {
      const full = fullRule(rule);
      if (names.has(full.name)) throw refuseOption('name', full.name, 'a name that no other rule of the limiter has');
      names.add(full.name);
      return full;
    }),
  );
}

/** The rule that the numbers of a short form stand for. @throws MILLRACE_RATELIMIT_OPTION_INVALID */
export function shortRule(limit = 100, windowMs = 60_000): FullRateRule {
  checkLimit(limit, windowMs);
  return {
    name: `${limit}/${windowMs}`,
    limit,
    windowMs,
    burst: limit,
    algorithm: 'gcra',
    whenAway: 'local',
    shadow: false,
  };
}

function fullRule(rule: RateRule): FullRateRule {
  checkOptionNames('a rule', rule, OPTIONS);
  const { limit, windowMs, burst = limit, algorithm = 'gcra', whenAway = 'local', shadow = false } = rule;
  checkLimit(limit, windowMs);
  checkName('name', rule.name);
  if (!ALGORITHMS.includes(algorithm)) throw refuseOption('algorithm', algorithm, ALGORITHMS.join(', '));
  if (algorithm === 'exact-log') checkWhole('limit', limit, 1, MAX_LOGGED);
  if (algorithm !== 'gcra' && burst !== limit) throw refuseOption('burst', burst, 'none but with `gcra`');
  checkWhole('burst', burst, 1, Math.min(MAX_UNITS, Math.floor((MAX_OWED_MS * limit) / windowMs)));
  if (!WHEN_AWAY.includes(whenAway)) throw refuseOption('whenAway', whenAway, WHEN_AWAY.join(', '));
  if (typeof shadow !== 'boolean') throw refuseOption('shadow', shadow, 'true, false');
  return Object.freeze({ name: rule.name, limit, windowMs, burst, algorithm, whenAway, shadow });
}
