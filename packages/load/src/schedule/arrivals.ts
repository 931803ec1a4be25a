/** How many requests start when, fixed before the run: the service's slowness never slows the schedule (open model). */
export type Arrivals =
  /** `ratePerSecond` up to 1,000,000; `durationMs` 1 to 86,400,000. */
  | { readonly kind: 'constant'; readonly ratePerSecond: number; readonly durationMs: number }
  /** A straight line from one rate to the other; one of them may be 0. */
  | {
      readonly kind: 'ramp';
      readonly fromPerSecond: number;
      readonly toPerSecond: number;
      readonly durationMs: number;
    };
