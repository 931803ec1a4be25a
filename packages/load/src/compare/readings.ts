import { type LoadResult, percentileOf, responseTimesOf, type Samples, type StepResult } from '../result/index.ts';
import type { ComparedRun, MetricId } from './comparison.ts';
import { checkFailureShare, errorShare, flowFailureShare, flowTimesOf } from './failures.ts';

/** How a metric is compared. */
export interface MetricSpec {
  readonly id: MetricId;
  /** `ratio`: by what it was multiplied; `difference`: what was added. */
  readonly scale: 'ratio' | 'difference';
  readonly better: 'lower' | 'higher';
  /** Whether it is a time, which says little where other requests were answered. */
  readonly isTime: boolean;
  /** Undefined: the round has too few samples. */
  readonly read: (result: LoadResult) => Reading | undefined;
}

/** One metric of one round, on the scale that is averaged. */
export interface Reading {
  readonly value: number;
  /** Only a lower bound is known. */
  readonly atLeast: boolean;
}

/** Stands for no answer at all, which has no logarithm. */
const LEAST_PER_SECOND = 0.001;

const timeMetric = (id: MetricId, percent: number, samplesOf: (result: LoadResult) => Samples): MetricSpec => ({
  ...{ id, scale: 'ratio', better: 'lower', isTime: true },
  read: (result) => readPercentile(samplesOf(result), percent),
});

const shareMetric = (id: MetricId, of: (result: LoadResult) => number): MetricSpec => ({
  ...{ id, scale: 'difference', better: 'lower', isTime: false },
  read: (result) => ({ value: of(result), atLeast: false }),
});

const requestTimes = ({ total }: LoadResult): Samples => responseTimesOf(total);

/** Those of every load, in the order of the table. */
export const METRICS: readonly MetricSpec[] = [
  timeMetric('p50', 50, requestTimes),
  timeMetric('p95', 95, requestTimes),
  timeMetric('p99', 99, requestTimes),
  { id: 'goodput', scale: 'ratio', better: 'higher', isTime: false, read: readGoodput },
  shareMetric('errors', ({ total }) => errorShare(total)),
];

/** Those of a load of flows besides. */
const FLOW_METRICS: readonly MetricSpec[] = [
  timeMetric('flow-p50', 50, flowTimesOf),
  timeMetric('flow-p95', 95, flowTimesOf),
  timeMetric('flow-p99', 99, flowTimesOf),
  shareMetric('flow-failures', flowFailureShare),
];

const CHECK_METRICS: readonly MetricSpec[] = [shareMetric('check-failures', checkFailureShare)];

/** What is compared of such runs. */
export function metricsOf(runs: readonly ComparedRun[]): readonly MetricSpec[] {
  return [
    ...METRICS,
    ...(runs.some(({ result }) => result.flows !== undefined) ? FLOW_METRICS : []),
    ...(runs.some(({ result }) => (result.checks ?? []).length > 0) ? CHECK_METRICS : []),
  ];
}

/** One metric over the rounds of one side. */
export interface Readings {
  /** One a round, on the scale that is averaged: logarithms of what is compared as a ratio. Empty when a round has too few samples. */
  readonly values: readonly number[];
  /** Whether any of them is only a lower bound. */
  readonly atLeast: boolean;
}

/** One metric of one side. */
export function readSide(runs: readonly ComparedRun[], { read }: MetricSpec): Readings {
  const ofRounds = runs.map(({ result }) => read(result));
  const enough = ofRounds.every((reading) => reading !== undefined);
  return {
    values: enough ? ofRounds.map(({ value }) => value) : [],
    atLeast: ofRounds.some((reading) => reading?.atLeast === true),
  };
}

/** A figure on the scale on which it is averaged. */
export function toScale({ scale, id }: Pick<MetricSpec, 'scale' | 'id'>, value: number): number {
  if (scale === 'difference') return value;
  return Math.log(id === 'goodput' ? Math.max(value, LEAST_PER_SECOND) : value);
}

/**
 * Good answers that came while the schedule ran, by the time that it ran: the drain adds neither answers nor time. Where
 * the result does not say when they came, all of them.
 */
function readGoodput({ total, arrivals }: LoadResult): Reading {
  const { ok, okInTime = ok }: StepResult = total;
  const perSecond = okInTime / (Math.max(1, arrivals.durationMs) / 1000);
  return { value: Math.log(Math.max(perSecond, LEAST_PER_SECOND)), atLeast: false };
}

function readPercentile(times: Samples, percent: number): Reading | undefined {
  const found = percentileOf(times, percent);
  if (found.kind === 'too-few') return undefined;
  return { value: Math.log(Math.max(1, found.us) / 1000), atLeast: found.kind === 'at-least' };
}
