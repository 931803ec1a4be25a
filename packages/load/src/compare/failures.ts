import { Histogram } from 'millrace/core';
import { type LoadResult, responseTimesOf, type Samples, type StepResult } from '../result/index.ts';

/** Share of the requests that failed, 0 to 1. */
export function errorShare({ ok, errors }: StepResult): number {
  return share(sum(Object.values(errors)), ok);
}

/** Share of the iterations of all flows that failed: a run may fail in these while each request is answered. */
export function flowFailureShare({ flows = {} }: LoadResult): number {
  const all = Object.values(flows);
  return share(sum(all.map(({ failed }) => failed)), sum(all.map(({ ok }) => ok)));
}

/** Share of all checks that failed. */
export function checkFailureShare({ checks = [] }: LoadResult): number {
  return share(sum(checks.map(({ failed }) => failed)), sum(checks.map(({ passed }) => passed)));
}

/** How long the iterations of all flows took that ran to their end, and as lower bounds those that were given up. */
export function flowTimesOf({ flows = {} }: LoadResult): Samples {
  const all = Object.values(flows).map(responseTimesOf);
  const bounds = all.flatMap(({ censored = 0, censoredFromUs = 0 }) => (censored > 0 ? [censoredFromUs] : []));
  const times = new Histogram();
  for (const { histogram } of all) times.add(histogram);
  return {
    histogram: times.snapshot(),
    censored: sum(all.map(({ censored = 0 }) => censored)),
    censoredFromUs: Math.min(...bounds, ...(bounds.length === 0 ? [0] : [])),
  };
}

function share(failed: number, good: number): number {
  return failed / Math.max(1, failed + good);
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}
