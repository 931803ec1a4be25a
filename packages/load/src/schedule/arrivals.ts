/** How the rate changes over a run. Rates are per second, up to 1,000,000; `durationMs` is 1 to 86,400,000. */
export type RateShape =
  | { readonly kind: 'constant'; readonly ratePerSecond: number; readonly durationMs: number }
  /** A straight line from one rate to the other; one of them may be 0. */
  | {
      readonly kind: 'ramp';
      readonly fromPerSecond: number;
      readonly toPerSecond: number;
      readonly durationMs: number;
    }
  /** One rate after the other, each for the same share of the time; 1 to 1,000 of them, some may be 0. */
  | { readonly kind: 'steps'; readonly ratesPerSecond: readonly number[]; readonly durationMs: number }
  /** A rate, and another one from `peakAtMs` on for `peakMs`. */
  | {
      readonly kind: 'spike';
      readonly ratePerSecond: number;
      readonly peakPerSecond: number;
      readonly peakAtMs: number;
      readonly peakMs: number;
      readonly durationMs: number;
    }
  /** Around a mean rate, first up, by at most `amplitudePerSecond`, which is no more than the mean; a period is 1 ms to a day. */
  | {
      readonly kind: 'sine';
      readonly ratePerSecond: number;
      readonly amplitudePerSecond: number;
      readonly periodMs: number;
      readonly durationMs: number;
    };

/** How many requests start when, fixed before the run: the service's slowness never slows the schedule (open model). */
export type Arrivals = RateShape & {
  /**
   * Whether they come at random, each independent of the others, as those of many users do (a Poisson process);
   * default: as evenly as the rate allows. The number is the same, and equal seeds give equal times.
   */
  readonly poisson?: boolean;
};
