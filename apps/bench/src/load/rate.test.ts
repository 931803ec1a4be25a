import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readRuns } from './rate.ts';

type Run = Parameters<typeof readRuns>[1][number];

function run(ok: number, achievedRatio = 1): Run {
  const arrivals = { targetPerSecond: 100, durationMs: 2_000, planned: ok };
  const result = { total: { ok }, arrivals, achievedRatio, validity: { verdict: 'valid', reasons: [] } };
  return { result: result as unknown as Run['result'], cpuSeconds: 0.1, waitedShare: 0 };
}

test('[BENCH-12] a rate is kept only if everything asked for was sent and answered', () => {
  const figures = { 'load.a': ({ result }: Run) => result.achievedRatio };
  assert.deepEqual(readRuns(figures, [run(200), run(200, 0.9)]), [{ goal: 'load.a', value: 0.95, spread: [0.9, 1] }]);
  assert.throws(() => readRuns(figures, [run(200), run(199)]), /199 good answers of 200/);
});
