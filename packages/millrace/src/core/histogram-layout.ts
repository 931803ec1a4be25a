/*
 * The bucket layout, number 1.
 *
 * Whole microseconds below 2,048 have a bucket each. Above, every octave [2^k, 2^(k+1)) is cut into
 * 1,024 equal buckets, so a bucket is never wider than 1/1,024 of the values in it. The index is the
 * value's leading eleven bits plus 1,024 for each octave passed: found by counting leading zeros,
 * without a logarithm and without a table. One hour ends the range.
 *
 * Source: the idea of HdrHistogram (Gil Tene, hdrhistogram.org), with a power of two in place of
 * decimal digits.
 */

/** Smallest and largest value told apart, in microseconds: 1 µs and 1 h. */
export const MIN_VALUE_US = 1;
export const MAX_VALUE_US = 3_600_000_000;

const SUB_BITS = 10;
const SUB_BUCKETS = 1 << SUB_BITS;

/** The bucket of a whole number of microseconds from 0 to 2^32 - 1. */
export function bucketOf(valueUs: number): number {
  const shift = 31 - SUB_BITS - Math.clz32(valueUs | SUB_BUCKETS);
  return (shift << SUB_BITS) + (valueUs >>> shift);
}

/** The smallest value of a bucket. */
export function bucketLow(bucket: number): number {
  const shift = Math.max(0, (bucket >>> SUB_BITS) - 1);
  return (bucket - (shift << SUB_BITS)) * 2 ** shift;
}

/** The largest value of a bucket. */
export function bucketHigh(bucket: number): number {
  return bucketLow(bucket + 1) - 1;
}

/** Number of buckets up to one hour. */
export const BUCKETS: number = bucketOf(MAX_VALUE_US) + 1;
