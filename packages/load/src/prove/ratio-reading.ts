import type { Ratio } from './proof-result.ts';

/**
 * On which side of 1 a ratio lies: `above`, the earlier arm has the larger figure in every block; `below`, the smaller;
 * `no-difference`, the spread holds 1; `unknown`, there is no ratio, or no spread.
 */
export type RatioReading = 'above' | 'below' | 'no-difference' | 'unknown';

/** A spread that holds 1 shows nothing either way; where its nearer end is only a bound, it may lie on the other side. */
export function readRatio({ value, spread }: Ratio): RatioReading {
  if (value === null || spread === null) return 'unknown';
  if (spread.min > 1 && spread.minBound !== 'at-most') return 'above';
  if (spread.max < 1 && spread.maxBound !== 'at-least') return 'below';
  return 'no-difference';
}
