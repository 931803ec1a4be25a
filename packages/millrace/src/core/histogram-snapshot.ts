import { CORE_ERRORS } from './core-errors.ts';
import { BUCKETS, bucketHigh, bucketLow, bucketOf, MAX_VALUE_US } from './histogram-layout.ts';

const CARRY = 0x1_0000_0000;

/** A histogram as data: sparse bucket counts. Two snapshots merge by adding their counts. */
export interface HistogramSnapshot {
  /** Bucket layout; 1 = log-linear, 10 sub-bits, base 1 µs. */
  readonly layout: 1;
  readonly count: number;
  /** Sum, smallest and largest of the recorded values, in microseconds; 0 when empty. */
  readonly sum: number;
  readonly min: number;
  readonly max: number;
  /** Pairs of bucket index and count, ascending, flattened. */
  readonly buckets: readonly number[];
}

/**
 * What was recorded after `earlier` and up to `later`, two snapshots of one growing histogram.
 *
 * Counts, sum and percentiles are exact as ever. When `earlier` is not empty, `min` and `max` are those of
 * the outermost buckets left, at most 0.1 % away from the true ones: a snapshot cannot tell which record held them.
 * @throws MILLRACE_CORE_SNAPSHOT_INVALID when either is malformed or `later` holds fewer records than `earlier`
 * in some bucket, or a smaller sum (the process was restarted or its histogram reset in between).
 */
export function subtractSnapshots(later: HistogramSnapshot, earlier: HistogramSnapshot): HistogramSnapshot {
  checkSnapshot(later);
  checkSnapshot(earlier);
  if (earlier.count === 0) return later;
  const buckets = subtractBuckets(later.buckets, earlier.buckets);
  const count = later.count - earlier.count;
  if (count === 0) return { layout: 1, count: 0, sum: 0, min: 0, max: 0, buckets: [] };
  const sum = subtractSums(later.sum, earlier.sum, buckets);
  const first = buckets[0] ?? 0;
  const last = buckets.at(-2) ?? 0;
  return {
    layout: 1,
    count,
    sum,
    min: Math.max(bucketLow(first), later.min),
    max: Math.min(bucketHigh(last), later.max),
    buckets,
  };
}

/**
 * Read by another thread in the middle of a carry a sum is 2^32 short. That it is, and not of another histogram, is told by
 * how much is missing or by the records that are left; a few of those may have been counted since the sum was read.
 */
function subtractSums(later: number, earlier: number, left: readonly number[]): number {
  const sum = later - earlier;
  if (sum >= 0) return sum;
  let most = 0;
  for (let i = 0; i < left.length; i += 2) most += bucketHigh(left[i] as number) * (left[i + 1] as number);
  if (sum <= -CARRY / 2 || sum + CARRY <= most) return sum + CARRY;
  throw invalid(`the sum of the later one, ${later}, is below that of the earlier one, ${earlier}`);
}

function subtractBuckets(later: readonly number[], earlier: readonly number[]): number[] {
  const left = new Map<number, number>();
  for (let i = 0; i < later.length; i += 2) left.set(later[i] as number, later[i + 1] as number);
  for (let i = 0; i < earlier.length; i += 2) {
    const bucket = earlier[i] as number;
    const rest = (left.get(bucket) ?? 0) - (earlier[i + 1] as number);
    if (rest < 0) throw invalid('the later one holds fewer records than the earlier one');
    if (rest === 0) left.delete(bucket);
    else left.set(bucket, rest);
  }
  return [...left].flat();
}

/** Gives back `snapshot` if a histogram could have given it. @throws MILLRACE_CORE_SNAPSHOT_INVALID */
export function checkSnapshot(snapshot: HistogramSnapshot): HistogramSnapshot {
  const { layout, count, sum, min, max, buckets } = snapshot;
  if (layout !== 1) throw invalid(`layout ${String(layout)} is unknown`);
  if (!Array.isArray(buckets) || buckets.length % 2 !== 0) throw invalid('buckets are not pairs');
  let total = 0;
  let previous = -1;
  for (let i = 0; i < buckets.length; i += 2) {
    const bucket = buckets[i] as number;
    const records = buckets[i + 1] as number;
    if (!Number.isInteger(bucket) || bucket <= previous || bucket >= BUCKETS)
      throw invalid('bucket indexes are not ascending');
    if (!Number.isSafeInteger(records) || records < 1) throw invalid('a bucket count is not a whole number above 0');
    previous = bucket;
    total += records;
  }
  if (total !== count) throw invalid(`the buckets hold ${total} records, count says ${String(count)}`);
  if (!(Number.isFinite(sum) && sum >= 0)) throw invalid('sum is not a number from 0 up');
  const [lowest, highest] = total === 0 ? [0, 0] : [buckets[0], buckets.at(-2)];
  if (inBucket(min) !== lowest || inBucket(max) !== highest) throw invalid('min or max does not fit the buckets');
  return snapshot;
}

function inBucket(value: number): number {
  return Number.isInteger(value) && value >= 0 && value <= MAX_VALUE_US ? bucketOf(value) : -1;
}

function invalid(problem: string): Error {
  return CORE_ERRORS.create('MILLRACE_CORE_SNAPSHOT_INVALID', { problem });
}
