import { checkWhole } from '../option-check.ts';

const MAX_LIMIT = 1_000_000;

/** What signals call the one rule of a concurrency limiter. */
export const RULE = 'concurrency';

/** @throws MILLRACE_RATELIMIT_OPTION_INVALID */
export function checkSlotLimit(limit: number): number {
  return checkWhole('limit', limit, 1, MAX_LIMIT);
}
