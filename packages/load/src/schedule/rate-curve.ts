/** A rate over time. */
export interface RateCurve {
  /** Arrivals due by the end: the rate's integral. */
  readonly total: number;
  /** When so many arrivals are due, in milliseconds; `count` is 0 to `total` and may be a fraction. */
  timeOf(count: number): number;
}
