import { type LoadResult, percentileOf, responseTimesOf, type StepResult } from '../result/index.ts';
import type { Window } from './bootstrap.ts';
import type { ComparedRun, MetricId } from './comparison.ts';

/** How a metric is compared. */
export interface MetricSpec {
  readonly id: MetricId;
  /** `ratio`: by what it was multiplied; `difference`: what was added. */
  readonly scale: 'ratio' | 'difference';
  readonly better: 'lower' | 'higher';
}

/** Every metric, in the order of the table. */
export const METRICS: readonly MetricSpec[] = [
  { id: 'p50', scale: 'ratio', better: 'lower' },
  { id: 'p95', scale: 'ratio', better: 'lower' },
  { id: 'p99', scale: 'ratio', better: 'lower' },
  { id: 'goodput', scale: 'ratio', better: 'higher' },
  { id: 'errors', scale: 'difference', better: 'lower' },
];

/** One metric over the rounds of one side. */
export interface Readings {
  /** One a round, on the scale that is averaged: logarithms of what is compared as a ratio. Empty when a round has too few samples. */
  readonly values: readonly number[];
  /** Whether any of them is only a lower bound. */
  readonly atLeast: boolean;
}

/** Stands for no answer at all, which has no logarithm. */
const LEAST_PER_SECOND = 0.001;

const PERCENTILES: Readonly<Partial<Record<MetricId, number>>> = { p50: 50, p95: 95, p99: 99 };

/** All metrics of one side. */
export function readSide(runs: readonly ComparedRun[]): Readonly<Record<MetricId, Readings>> {
  const read = runs.map(({ result }) => readRun(result));
  const entries = METRICS.map(({ id }): [MetricId, Readings] => {
    const ofRounds = read.map((metrics) => metrics[id]);
    const enough = ofRounds.every((reading) => reading !== undefined);
    const values = enough ? ofRounds.map(({ value }) => value) : [];
    return [id, { values, atLeast: ofRounds.some((reading) => reading?.atLeast === true) }];
  });
  return Object.fromEntries(entries) as Record<MetricId, Readings>;
}

/**
 * The seconds of a run for a metric that they tell: errors, and good answers where a schedule gives the rate. (In a closed
 * loop the rate is as good as the response time, and differs from process to process as that does.)
 */
export function windowsOf(metric: MetricId, { seconds, arrivals }: LoadResult): Window[] | undefined {
  if (metric === 'errors') return seconds.map(({ ok, errors }) => ({ part: errors, whole: ok + errors }));
  if (metric !== 'goodput' || arrivals.kind === 'closed') return undefined;
  return seconds.map(({ ok }) => ({ part: ok, whole: 1 }));
}

/** A figure on the scale on which it is averaged. */
export function toScale({ scale, id }: MetricSpec, value: number): number {
  if (scale === 'difference') return value;
  return Math.log(id === 'goodput' ? Math.max(value, LEAST_PER_SECOND) : value);
}

/** Share of the requests that failed. */
function errorShareOf({ ok, errors }: StepResult): number {
  const failed = Object.values(errors).reduce((sum, count) => sum + count, 0);
  return failed / Math.max(1, ok + failed);
}

/** Shares of the iterations of flows that failed, and of the checks: a run may fail in these while each request is answered. */
export function failedShares({ flows = {}, checks = [] }: LoadResult): readonly number[] {
  const all = Object.values(flows);
  const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);
  const share = (failed: number, ok: number): number => failed / Math.max(1, failed + ok);
  return [
    share(sum(all.map(({ failed }) => failed)), sum(all.map(({ ok }) => ok))),
    share(sum(checks.map(({ failed }) => failed)), sum(checks.map(({ passed }) => passed))),
  ];
}

interface Reading {
  readonly value: number;
  readonly atLeast: boolean;
}

function readRun({ total, arrivals }: LoadResult): Partial<Record<MetricId, Reading>> {
  const goodput = Math.max(total.ok / (arrivals.durationMs / 1000), LEAST_PER_SECOND);
  return {
    ...readPercentiles(total),
    goodput: { value: Math.log(goodput), atLeast: false },
    errors: { value: errorShareOf(total), atLeast: false },
  };
}

function readPercentiles(total: StepResult): Partial<Record<MetricId, Reading>> {
  const times = responseTimesOf(total);
  const read: Partial<Record<MetricId, Reading>> = {};
  for (const [id, percent] of Object.entries(PERCENTILES) as [MetricId, number][]) {
    const found = percentileOf(times, percent);
    if (found.kind === 'too-few') continue;
    read[id] = { value: Math.log(Math.max(1, found.us) / 1000), atLeast: found.kind === 'at-least' };
  }
  return read;
}
