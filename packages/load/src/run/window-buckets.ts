/*
 * Small histograms, one a window: that of millrace/core with five bits in place of ten. Whole microseconds below 64 have
 * a bucket each, above them every octave is cut into 32, so a percentile is told at most 3.2 % too high.
 */
const SUB_BITS = 5;
const SUB_BUCKETS: number = 1 << SUB_BITS;
const MAX_VALUE_US = 3_600_000_000;

/** Buckets of one histogram. */
export const BUCKETS: number = bucketOf(MAX_VALUE_US) + 1;

/** A time as histograms count it: whole microseconds, from 1 to an hour. */
export function toBucketUs(us: number): number {
  return Math.min(MAX_VALUE_US, Math.max(1, Math.round(us)));
}

/** Where a time is counted. @param valueUs as {@link toBucketUs} gives it */
export function bucketOf(valueUs: number): number {
  const shift = 31 - SUB_BITS - Math.clz32(valueUs | SUB_BUCKETS);
  return (shift << SUB_BITS) + (valueUs >>> shift);
}

/**
 * Percentiles of the histogram of one window, which several threads may have counted in: by nearest rank, as the upper
 * end of the bucket, never above `max`. Zeros where nothing was counted.
 * @param shares rising, of 1
 */
export function percentilesIn(
  parts: readonly Uint32Array[],
  window: number,
  count: number,
  max: number,
  shares: readonly number[],
): number[] {
  const found: number[] = shares.map(() => 0);
  if (count === 0) return found;
  const ranks = shares.map((share) => Math.ceil(count * share * (1 - 2 * Number.EPSILON)));
  let seen = 0;
  let next = 0;
  for (let bucket = 0; bucket < BUCKETS && next < ranks.length; bucket++) {
    for (const buckets of parts) seen += buckets[window * BUCKETS + bucket] as number;
    while (next < ranks.length && seen >= (ranks[next] as number)) found[next++] = Math.min(max, bucketHigh(bucket));
  }
  return found;
}

function bucketHigh(bucket: number): number {
  const next = bucket + 1;
  const shift = Math.max(0, (next >>> SUB_BITS) - 1);
  return (next - (shift << SUB_BITS)) * 2 ** shift - 1;
}
