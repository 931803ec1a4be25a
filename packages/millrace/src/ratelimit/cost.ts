import { RATELIMIT_ERRORS } from './errors.ts';

const MAX_COST = 1_000_000_000;

/** Refuses what is no whole number of units. @throws MILLRACE_RATELIMIT_COST_INVALID */
export function checkCost(cost: number): void {
  if (Number.isInteger(cost) && cost >= 0 && cost <= MAX_COST) return;
  throw RATELIMIT_ERRORS.create('MILLRACE_RATELIMIT_COST_INVALID', { cost: String(cost), most: MAX_COST });
}
