/** How many requests start when, fixed before the run: the service's slowness never slows the schedule (open model). */
export type Arrivals =
  | { readonly kind: 'constant'; readonly ratePerSecond: number; readonly durationMs: number }
  | { readonly kind: 'ramp'; readonly fromPerSecond: number; readonly toPerSecond: number; readonly durationMs: number };
