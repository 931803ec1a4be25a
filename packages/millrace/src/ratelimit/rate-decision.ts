import type { RateRule } from './rate-rule.ts';

/** What a limiter says of one request, message or task. */
export interface RateDecision {
  /** Whether it may go on. When not, nothing was counted, by any rule. */
  readonly allowed: boolean;
  /** What was asked for. */
  readonly cost: number;
  /** The rule that says no, for the longest of those that do; else the one with the fewest units left. */
  readonly rule: Required<RateRule>;
  /** Whole units of that rule that can pass now, after this decision. */
  readonly remaining: number;
  /** When the same cost passes if nothing else comes, in milliseconds, rounded up: 0 when it is allowed, Infinity when it is above the rule's burst. */
  readonly retryAfterMs: number;
  /** When that rule is as if nothing had come, in milliseconds, rounded up. */
  readonly resetMs: number;
  /** When it was made, by whoever counts: for `settle` and `refund`, and no time of any clock that others have. */
  readonly countedAt: number;
  /** True when the key is banned: whatever the rules say, until `retryAfterMs` is over. `rule` is then the first one. */
  readonly banned?: true;
  /** A rule in shadow mode would have denied it: the one that would have made it wait longest. */
  readonly shadow?: { readonly rule: Required<RateRule>; readonly retryAfterMs: number };
}
