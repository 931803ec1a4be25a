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
