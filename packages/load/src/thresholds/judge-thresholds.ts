import { Histogram } from 'millrace/core';
import {
  type CheckResult,
  type FlowResult,
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
  /** How many samples the figure would need; 0 when it has them, or when there is no such row. */
  readonly samplesNeeded: number;
}

/** A run and what became of its thresholds, as `millrace load run --json` writes it, so that its verdict can be read again. */
export interface JudgedResult extends LoadResult {
  /** In the order in which they were asked for. */
  readonly thresholds: readonly ThresholdOutcome[];
}

type Found = Pick<ThresholdOutcome, 'value' | 'bound' | 'samplesNeeded'>;
type TimeMetric = Extract<Metric, { readonly kind: 'time' }>;

/** More samples would not help. */
const NO_ROW: Found = { value: null, bound: 'exact', samplesNeeded: 0 };

/** What thresholds are judged by: a whole result, or the figures of a run until now. */
export interface JudgedFigures
  extends Pick<LoadResult, 'total' | 'achievedRatio'>,
    Partial<Pick<LoadResult, 'steps' | 'flows' | 'groups' | 'checks'>> {
  readonly arrivals: Pick<LoadResult['arrivals'], 'planned'>;
}

/** Judges each threshold by the run's total, or by the row that it names; a row that is not there is unknown. */
export function judgeThresholds(thresholds: readonly Threshold[], result: JudgedFigures): ThresholdOutcome[] {
  return thresholds.map((threshold) => {
    const found = find(threshold.metric, result);
    return { threshold, outcome: decide(threshold, found), ...found };
  });
}

function find(metric: Metric, result: JudgedFigures): Found {
  switch (metric.kind) {
    case 'time':
      return findTime(metric, result);
    case 'errors':
      return ofRequests(metric.row, result, (row) => shareOf(countErrors(row, metric.class), row.responseTimeUs.count));
    case 'resent':
      return ofRequests(metric.row, result, (row) => shareOf(row.resent, row.sent));
    case 'failed':
      return failedShare(flowsOf(metric.row, result));
    case 'checks':
      return passedShare((result.checks ?? []).filter(({ name }) => metric.row === undefined || name === metric.row));
    case 'rate':
      return result.arrivals.planned === 0 ? missing(1) : exact(result.achievedRatio);
  }
}

function ofRequests(name: string | undefined, result: JudgedFigures, read: (row: StepResult) => Found): Found {
  const row = name === undefined ? result.total : result.steps?.[name];
  return row === undefined ? NO_ROW : read(row);
}

/** The times of each row that a threshold is about. */
function timesOf({ of, row }: TimeMetric, result: JudgedFigures): Samples[] {
  const read = of === 'service' ? serviceTimesOf : responseTimesOf;
  if (of === 'flow') return flowsOf(row, result).map(read);
  const found = row === undefined ? result.total : (result.steps?.[row] ?? result.groups?.[row]);
  return found === undefined ? [] : [read(found)];
}

function flowsOf(name: string | undefined, { flows = {} }: JudgedFigures): FlowResult[] {
  if (name === undefined) return Object.values(flows);
  const flow = flows[name];
  return flow === undefined ? [] : [flow];
}

function mergeSamples(parts: readonly Samples[]): Samples {
  const all = new Histogram();
  let censored = 0;
  let censoredFromUs = Number.POSITIVE_INFINITY;
  for (const part of parts) {
    all.add(part.histogram);
    censored += part.censored ?? 0;
    if ((part.censored ?? 0) > 0) censoredFromUs = Math.min(censoredFromUs, part.censoredFromUs ?? 0);
  }
  return { histogram: all.snapshot(), censored, censoredFromUs: censored === 0 ? 0 : censoredFromUs };
}

function failedShare(flows: readonly FlowResult[]): Found {
  if (flows.length === 0) return NO_ROW;
  const ended = flows.reduce((sum, { ok, failed }) => sum + ok + failed, 0);
  return shareOf(
    flows.reduce((sum, { failed }) => sum + failed, 0),
    ended,
  );
}

function passedShare(checks: readonly CheckResult[]): Found {
  if (checks.length === 0) return NO_ROW;
  const passed = checks.reduce((sum, check) => sum + check.passed, 0);
  return shareOf(
    passed,
    checks.reduce((sum, check) => sum + check.failed, passed),
  );
}

function findTime(metric: TimeMetric, result: JudgedFigures): Found {
  const { figure } = metric;
  const rows = timesOf(metric, result);
  if (rows.length === 0) return NO_ROW;
  const times = mergeSamples(rows);
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
