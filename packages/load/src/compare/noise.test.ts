import { Histogram, type HistogramSnapshot, type Random } from 'millrace/core';
import type { FlowResult, LoadResult, LoadSetup, StepResult } from '../result/index.ts';
import type { ComparedRun } from './comparison.ts';

/** Runs made by hand or by chance, for the tests of this folder. */

/** A standard normal value (Box & Muller 1958). */
export function normalValue(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
}

export function normalValues(random: Random, count: number, centre = 0, deviation = 1): number[] {
  return Array.from({ length: count }, () => centre + deviation * normalValue(random));
}

export interface RunShape {
  /** Median of the response times; they range from half to five times it. */
  readonly p50Ms?: number;
  readonly samples?: number;
  readonly errors?: number;
  readonly censored?: number;
  readonly censoredFromUs?: number;
  readonly startedAt?: string;
  readonly more?: Partial<LoadResult>;
}

export const SETUP: LoadSetup = {
  ...{ model: 'open', users: 1, connections: 64, engine: 'fast', pacing: 'eco', workers: 1, timeoutMs: 10_000 },
  shape: { durationMs: 10_000, ratePerSecond: 200 },
};

const none: HistogramSnapshot = new Histogram().snapshot();
let started = 0;

export function runOf(name: string, shape: RunShape = {}): ComparedRun {
  const { p50Ms = 10, samples = 2_000, errors = 0, censored = 0, censoredFromUs = 0, more } = shape;
  started += 1;
  const startedAt = shape.startedAt ?? new Date(started * 60_000).toISOString();
  const times = new Histogram();
  for (let i = 0; i < samples; i++) times.record(p50Ms * 1000 * quantileShape((i + 0.5) / samples));
  const histogram = times.snapshot();
  const total: StepResult = {
    ...{ sent: samples + errors, ok: samples - censored, interrupted: 0, resent: 0, bodyBytes: 0 },
    errors: { ...(errors > 0 && { status: errors }), ...(censored > 0 && { timeout: censored }) },
    ...{ statuses: {}, censored, censoredFromUs, responseTimeUs: histogram, serviceTimeUs: histogram },
    firstByteTimeUs: histogram,
    ...{ refusedResponseTimeUs: none, refusedServiceTimeUs: none },
  };
  const failed = (errors + censored) / 10;
  const second = { planned: (samples + errors) / 10, ok: (samples - censored) / 10, errors: failed, interrupted: 0 };
  const result = {
    ...{ schema: 'millrace-load-result/2', scenario: 'GET /', target: 'http://127.0.0.1:1', seed: 1, startedAt },
    arrivals: { kind: 'constant', poisson: false, planned: samples, durationMs: 10_000, targetPerSecond: samples / 10 },
    ...{ setup: SETUP, achievedRatio: 1, interrupted: false, total, steps: {}, drainMs: 0, remarks: [] },
    seconds: Array.from({ length: 10 }, (_, i) => ({ second: i, ...second, maxResponseUs: 1 })),
    validity: { verdict: 'valid', reasons: [] },
    ...more,
  } as unknown as LoadResult;
  return { name, result };
}

/** Iterations of one flow, as long each as the requests of a run of such a median. */
export function flowOf(p50Ms: number, iterations: number, failed = 0): FlowResult {
  const { total } = runOf('flow', { p50Ms, samples: iterations }).result;
  const { censored, censoredFromUs, responseTimeUs, serviceTimeUs } = total;
  return {
    ...{ planned: iterations + failed, ok: iterations, failed, interrupted: 0, unstarted: 0, reasons: [] },
    ...{ censored, censoredFromUs, responseTimeUs, serviceTimeUs },
    ...{ refusedResponseTimeUs: none, refusedServiceTimeUs: none },
  };
}

/** One run a median, in the order given. */
export function runsOf(side: string, medians: readonly number[], shape: RunShape = {}): ComparedRun[] {
  return medians.map((p50Ms, i) => runOf(`${side}${i + 1}`, { ...shape, p50Ms }));
}

function quantileShape(p: number): number {
  return p < 0.5 ? 0.5 + p : 1 + 8 * (p - 0.5) ** 2 * 2;
}
