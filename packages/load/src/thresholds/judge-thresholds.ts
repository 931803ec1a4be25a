import { Histogram } from 'millrace/core';
import {
  type LoadResult,
  percentileOf,
  responseTimesOf,
  type Samples,
  type StepResult,
  serviceTimesOf,
} from '../result/index.ts';
import type { Comparison, Metric, Threshold } from './threshold.ts';

/** What was found for a threshold. */
export interface ThresholdOutcome {
  readonly threshold: Threshold;
  /** `unknown`: the figure is too loose or rests on too little to tell. That is not met. */
  readonly outcome: 'met' | 'missed' | 'unknown';
  /** Microseconds or a share, as the threshold's bound; null when there is none. */
  readonly value: number | null;
  readonly bound: 'exact' | 'at-least';
  /** How many samples the figure would need; 0 when it has them. */
  readonly samplesNeeded: number;
}

/** A run and what became of its thresholds, as `millrace load run --json` writes it, so that its verdict can be read again. */
export interface JudgedResult extends LoadResult {
  /** In the order in which they were asked for. */
  readonly thresholds: readonly ThresholdOutcome[];
}

type Found = Pick<ThresholdOutcome, 'value' | 'bound' | 'samplesNeeded'>;

/** Judges each threshold by the run's total. */
export function judgeThresholds(thresholds: readonly Threshold[], result: LoadResult): ThresholdOutcome[] {
  return thresholds.map((threshold) => {
    const found = find(threshold.metric, result);
    return { threshold, outcome: decide(threshold, found), ...found };
  });
}

function find(metric: Metric, result: LoadResult): Found {
  const { total } = result;
  switch (metric.kind) {
    case 'time':
      return findTime(metric.figure, metric.of === 'http' ? responseTimesOf(total) : serviceTimesOf(total));
    case 'errors':
      return shareOf(countErrors(total, metric.class), total.responseTimeUs.count);
    case 'resent':
      return shareOf(total.resent, total.sent);
    case 'rate':
      return result.arrivals.planned === 0 ? missing(1) : exact(result.achievedRatio);
  }
}

function findTime(figure: 'mean' | 'max' | number, times: Samples): Found {
  const { histogram, censored = 0 } = times;
  if (typeof figure !== 'number') {
    if (histogram.count === 0) return missing(1);
    const value = figure === 'max' ? histogram.max : Histogram.from(histogram).mean;
    return { value, bound: censored > 0 ? 'at-least' : 'exact', samplesNeeded: 0 };
  }
  const found = percentileOf(times, figure);
  if (found.kind === 'too-few') return missing(found.needed);
  return { value: found.us, bound: found.kind === 'value' ? 'exact' : 'at-least', samplesNeeded: 0 };
}

function countErrors({ errors }: StepResult, only: keyof StepResult['errors'] | undefined): number {
  if (only !== undefined) return errors[only] ?? 0;
  return Object.values(errors).reduce((sum, count) => sum + count, 0);
}

function shareOf(part: number, whole: number): Found {
  return whole === 0 ? missing(1) : exact(part / whole);
}

function exact(value: number): Found {
  return { value, bound: 'exact', samplesNeeded: 0 };
}

function missing(samplesNeeded: number): Found {
  return { value: null, bound: 'exact', samplesNeeded };
}

/** A lower bound can show that a figure is too high, or high enough, and nothing else. */
function decide({ comparison, bound }: Threshold, found: Found): ThresholdOutcome['outcome'] {
  if (found.value === null) return 'unknown';
  const holds = compare(found.value, comparison, bound);
  const wantsMore = comparison === '>' || comparison === '>=';
  if (found.bound === 'at-least' && holds !== wantsMore) return 'unknown';
  return holds ? 'met' : 'missed';
}

function compare(value: number, comparison: Comparison, bound: number): boolean {
  switch (comparison) {
    case '<':
      return value < bound;
    case '<=':
      return value <= bound;
    case '>':
      return value > bound;
    case '>=':
      return value >= bound;
  }
}
