import { subtractSnapshots } from 'millrace/core';
import type { Samples } from './percentile.ts';
import type { StepResult } from './result.ts';

/**
 * What users waited: the response times of good answers, and of what was given up as lower bounds. Without what failed:
 * a quick refusal makes nothing faster.
 * @example
 * const p99 = percentileOf(responseTimesOf(result.total), 99);
 * if (p99.kind === 'value') console.log(`P99 ${p99.us / 1_000} ms`);
 */
export function responseTimesOf(step: StepResult): Samples {
  const { responseTimeUs, refusedResponseTimeUs, censored, censoredFromUs } = step;
  return { histogram: subtractSnapshots(responseTimeUs, refusedResponseTimeUs), censored, censoredFromUs };
}

/** What the service took: the same of the service times, which begin when the request is written. */
export function serviceTimesOf(step: StepResult): Samples {
  const { serviceTimeUs, refusedServiceTimeUs, censored, censoredFromUs } = step;
  return { histogram: subtractSnapshots(serviceTimeUs, refusedServiceTimeUs), censored, censoredFromUs };
}
