import type { LoadResult, SecondResult, StepResult } from '../result/index.ts';
import { distribution } from './result-doubles.test.ts';

/** Results of runs made by hand for the tests of this folder. */

export const step = (timesMs: readonly number[], extra: Partial<StepResult> = {}): StepResult => ({
  sent: timesMs.length,
  ok: timesMs.length,
  errors: {},
  interrupted: 0,
  resent: 0,
  statuses: { 200: timesMs.length },
  censored: 0,
  censoredFromUs: 0,
  bodyBytes: 0,
  responseTimeUs: distribution(timesMs),
  serviceTimeUs: distribution(timesMs),
  firstByteTimeUs: distribution([]),
  refusedResponseTimeUs: distribution([]),
  refusedServiceTimeUs: distribution([]),
  ...extra,
});

/** Seconds by their good answers, errors and slowest answer in milliseconds. */
export function seconds(
  figures: readonly (readonly [ok: number, errors: number, slowestMs: number])[],
): SecondResult[] {
  return figures.map(([ok, errors, slowestMs], second) => {
    return { second, planned: ok + errors, ok, errors, interrupted: 0, maxResponseUs: slowestMs * 1000 };
  });
}

export function load(steps: Record<string, StepResult>, extra: Partial<LoadResult> = {}): LoadResult {
  const lagMs = (ms: number): StepResult['responseTimeUs'] => distribution(new Array(1000).fill(ms));
  return {
    schema: 'millrace-load-result/2',
    scenario: 'GET /',
    target: 'http://127.0.0.1:1',
    seed: 9,
    startedAt: '2026-11-20T17:00:00.000Z',
    arrivals: { kind: 'constant', poisson: false, planned: 1000, durationMs: 5000, targetPerSecond: 200 },
    achievedRatio: 1,
    interrupted: false,
    total: Object.values(steps)[0] ?? step([]),
    steps,
    seconds: [],
    generator: {
      sendLagUs: lagMs(0.5),
      scheduleLagUs: lagMs(0.25),
      cpuMs: 120,
      elapsedMs: 5020,
      loopDelayP99Us: 1500,
      connectionsOpened: 64,
      connectTimeUs: distribution([]),
      tlsTimeUs: distribution([]),
      desyncs: 0,
      queuedMax: 0,
    },
    drainMs: 20,
    validity: { verdict: 'valid', reasons: [] },
    remarks: [],
    ...extra,
  };
}
