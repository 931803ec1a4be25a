import { refuseOption } from '../option-check.ts';
import type { FullRateRule } from '../rate-rule.ts';

/** How much is leased, and for how long. */
export interface LeaseTerms {
  /** Most units of one lease; 0 when every question goes to Redis. */
  readonly most: number;
  /** What is left is leased to this part at most. */
  readonly part: number;
  /** A lease is for what is used in so long. */
  readonly holdMs: number;
  /** After so long what is left of a lease is given back. */
  readonly termMs: number;
}

/** Limits so small, and windows so short, are counted one by one. */
const MIN_LIMIT = 20;
const MIN_TERM_MS = 2;
/** Who leases less asks as often as who does not. */
export const MIN_LEASE = 4;

/**
 * The terms for these rules. What is leased counts when it is leased and is used later, by as much as a lease lasts: since
 * that is a hundredth of the shortest window, nobody is let through more than a hundredth of a limit too early.
 */
export function leaseTerms(rules: readonly FullRateRule[], leaseMs: number, share: number): LeaseTerms {
  const termMs = Math.min(5 * leaseMs, ...rules.map(({ windowMs }) => windowMs / 100));
  const most = Math.floor((Math.min(...rules.map(({ burst }) => burst)) * share) / 4);
  const small = termMs < MIN_TERM_MS || most < MIN_LEASE || rules.some(({ limit }) => limit < MIN_LIMIT);
  return { most: small ? 0 : most, part: share / 4, holdMs: Math.min(leaseMs, termMs / 2), termMs };
}

/** What is given back late must not be taken from what others owe since: only gcra can tell the two apart. */
export function checkLeasable(rules: readonly FullRateRule[]): readonly FullRateRule[] {
  for (const { algorithm, shadow } of rules) {
    if (algorithm !== 'gcra') throw refuseOption('algorithm', algorithm, 'gcra, in a limiter that leases');
    if (shadow) throw refuseOption('shadow', shadow, 'false, in a limiter that leases');
  }
  return rules;
}
