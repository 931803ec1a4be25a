/** A rate over time. */
export interface RateCurve {
  /** Arrivals due by the end: the rate's integral. */
  readonly total: number;
  /** The highest rate. */
  readonly peakPerSecond: number;
  /**
   * When so many arrivals are due, in milliseconds; `count` is 0 to `total` and may be a fraction. Where no rate follows,
   * that is when there is one again. Quickest when asked in order.
   */
  timeOf(count: number): number;
}
