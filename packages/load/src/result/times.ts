import { Histogram, type HistogramSnapshot, subtractSnapshots } from 'millrace/core';
import type { Samples } from './percentile.ts';
import type { FlowResult, StepResult } from './result.ts';

/**
 * What users waited: the response times of good answers, and as lower bounds of what was given up or cut off by an
 * interruption: who stops a run because nothing comes back must not see the times of those that did come back alone.
 * Without what failed: a quick refusal makes nothing faster.
 * @example
 * const p99 = percentileOf(responseTimesOf(result.total), 99);
 * if (p99.kind === 'value') console.log(`P99 ${p99.us / 1_000} ms`);
 */
export function responseTimesOf(step: StepResult | FlowResult): Samples {
  const good = subtractSnapshots(step.responseTimeUs, step.refusedResponseTimeUs);
  return withCutOff(good, step, step.cutOff?.responseTimeUs);
}

/** What the service took: the same of the service times, which begin when the request is written. */
export function serviceTimesOf(step: StepResult | FlowResult): Samples {
  const good = subtractSnapshots(step.serviceTimeUs, step.refusedServiceTimeUs);
  return withCutOff(good, step, step.cutOff?.serviceTimeUs);
}

function withCutOff(
  histogram: HistogramSnapshot,
  { censored, censoredFromUs }: StepResult | FlowResult,
  cutOff: HistogramSnapshot | undefined,
): Samples {
  if (cutOff === undefined || cutOff.count === 0) return { histogram, censored, censoredFromUs };
  const all = Histogram.from(histogram);
  all.add(cutOff);
  return {
    histogram: all.snapshot(),
    censored: censored + cutOff.count,
    censoredFromUs: censored === 0 ? cutOff.min : Math.min(censoredFromUs, cutOff.min),
  };
}
