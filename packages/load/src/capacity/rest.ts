import { Histogram } from 'millrace/core';
import type { LoadStepOptions } from './load-step.ts';
import type { Slo } from './slo.ts';

/** What tells that a service has come to rest: all of these are answered in time. */
export const PROBE_ARRIVALS: {
  readonly kind: 'constant';
  readonly ratePerSecond: number;
  readonly durationMs: number;
} = { kind: 'constant', ratePerSecond: 20, durationMs: 500 };
export const MOST_PROBES = 20;

/** What is asked of a service between the steps of a search. */
export interface RestOptions extends Pick<LoadStepOptions, 'run' | 'signal'> {
  readonly slo: Slo;
  /** What the probe of this number, from 0, sends; its arrivals are {@link PROBE_ARRIVALS}. */
  readonly probe: (index: number) => Omit<LoadStepOptions['load'], 'arrivals' | 'drainMs'>;
}

/** Whether ten requests are answered within the SLO before long, in one of twenty tries; a refusal by its status is an answer. */
export async function comesToRest({ run, probe, slo, signal }: RestOptions): Promise<boolean> {
  for (let index = 0; index < MOST_PROBES && signal?.aborted !== true; index++) {
    const load = { ...probe(index), arrivals: PROBE_ARRIVALS, drainMs: slo.p99Ms };
    const { total } = await run({ ...load, ...(signal && { signal }) });
    const { timeout = 0, unsent = 0, connect = 0, reset = 0 } = total.errors;
    const slowestMs = Histogram.from(total.responseTimeUs).percentile(100) / 1_000;
    if (timeout + unsent + connect + reset + total.interrupted === 0 && slowestMs < slo.p99Ms) return true;
  }
  return false;
}
