import type { Unused } from './meters/index.ts';
import type { RateDecision } from './rate-decision.ts';
import { TICKS_PER_MS } from './ticks.ts';

/**
 * What a decision counted and was not used. Before it the rule that it names owed what that owes after it less what was
 * counted, to the millisecond: of the other rules nothing is known.
 */
export function unusedOf({ cost, rule, resetMs, countedAt }: RateDecision, used: number): Unused {
  const { algorithm, limit, windowMs } = rule;
  const countedFor = cost * Math.ceil((windowMs * TICKS_PER_MS) / limit);
  const before = algorithm === 'gcra' ? Math.max(0, (resetMs - 1) * TICKS_PER_MS - countedFor) : 0;
  return { units: cost - used, used, since: countedAt, before };
}
