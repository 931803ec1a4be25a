import type { Ratio } from './proof-result.ts';

/**
 * On which side of 1 a ratio lies: `above`, the earlier arm has the larger figure; `below`, the smaller;
 * `no-difference`, it surely lies so near to 1 that it does not count; `cannot-tell`, these blocks do not show where it
 * lies; `unknown`, there is no ratio, or no interval (a single round).
 */
export type RatioReading = 'above' | 'below' | 'no-difference' | 'cannot-tell' | 'unknown';

/** A smaller effect is none that a user could notice, however sure it is. */
const SMALLEST_EFFECT = 0.01;
/** What is surely smaller does not count: the `minEffect` by which `load compare` judges. */
const NO_EFFECT = 0.05;

/**
 * By the interval, not by the spread: two or three blocks of equal arms lie on one side of 1 by chance in a half or a
 * quarter of all rows. A ratio that is only a bound may lie on the other side.
 */
export function readRatio({ value, bound, interval }: Ratio): RatioReading {
  if (value === null || interval === undefined) return 'unknown';
  if (interval.min > 1 && value >= 1 + SMALLEST_EFFECT && bound !== 'at-most') return 'above';
  if (interval.max < 1 && value <= 1 / (1 + SMALLEST_EFFECT) && bound !== 'at-least') return 'below';
  const near = interval.min >= 1 / (1 + NO_EFFECT) && interval.max <= 1 + NO_EFFECT;
  return near && bound === 'exact' ? 'no-difference' : 'cannot-tell';
}
