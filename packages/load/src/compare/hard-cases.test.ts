import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Histogram } from 'millrace/core';
import type { LoadResult } from '../result/index.ts';
import { compareRuns } from './compare.ts';
import type { ComparedRun, Comparison } from './comparison.ts';
import { flowOf, type RunShape, runOf } from './noise.test.ts';

/** A comparison of so many rounds a side, as it is read from its file, where every figure must be one. */
function written(rounds: number, before: RunShape, after: RunShape): Comparison {
  const side = (name: string, shape: RunShape): ComparedRun[] =>
    Array.from({ length: rounds }, (_, i) => runOf(`${name}${i}`, shape));
  const comparison = compareRuns([{ name: 's', before: side('a', before), after: side('b', after) }], {
    resamples: 200,
  });
  assertFinite(comparison);
  const text = JSON.stringify(comparison);
  assert.deepEqual(JSON.parse(text), comparison, 'survives JSON: no NaN, no infinity, no undefined');
  return comparison;
}

function assertFinite(value: unknown, path = 'comparison'): void {
  if (typeof value === 'number') assert.ok(Number.isFinite(value), `${path} is ${value}`);
  if (typeof value !== 'object' || value === null) return;
  for (const [key, part] of Object.entries(value)) assertFinite(part, `${path}.${key}`);
}

const reasonsOf = ({ streams }: Comparison): unknown[] =>
  streams[0]?.metrics.slice(0, 3).map(({ reason, before, change }) => [reason, before, change]) ?? [];

for (const rounds of [1, 2, 6]) {
  test(`[COMPARE-29] ${rounds} rounds a side without one good answer have no times, and a goodput that is a number`, () => {
    const { arrivals } = runOf('usual').result;
    const none = { samples: 0, errors: 50, more: { arrivals } };
    const comparison = written(rounds, none, none);
    assert.deepEqual(reasonsOf(comparison), new Array(3).fill(['few-samples', null, null]));
    assert.equal(comparison.streams[0]?.metrics[4]?.before, 1);
    assert.ok(['no-difference', 'cannot-tell'].includes(comparison.verdict));
    const [stream] = written(rounds, {}, none).streams;
    const [, , , goodput, errors] = stream?.metrics ?? [];
    assert.equal(errors?.verdict, 'worse');
    assert.ok((goodput?.change ?? 0) < -0.99);
  });

  test(`[COMPARE-29] ${rounds} rounds a side without any request at all are not told apart`, () => {
    const more = { seconds: [] };
    const { verdict } = written(rounds, { samples: 0, more }, { samples: 0, more });
    assert.ok(verdict === 'no-difference' || verdict === 'cannot-tell', verdict);
  });

  test(`[COMPARE-29] ${rounds} rounds a side of one sample each have no percentile`, () => {
    assert.deepEqual(reasonsOf(written(rounds, { samples: 1 }, { samples: 1 }))[0], ['few-samples', null, null]);
  });

  test(`[COMPARE-29] ${rounds} rounds a side of which all samples are equal are not different from each other`, () => {
    const times = new Histogram();
    for (let i = 0; i < 2_000; i++) times.record(10_000);
    const { total } = runOf('equal').result;
    const more: Partial<LoadResult> = { total: { ...total, responseTimeUs: times.snapshot() } };
    const [p50] = written(rounds, { more }, { more }).streams[0]?.metrics ?? [];
    assert.deepEqual([p50?.before, p50?.after, p50?.change], [p50?.before, p50?.before, 0]);
    assert.equal(p50?.verdict, rounds > 2 ? 'no-difference' : 'cannot-tell');
  });
}

test('[COMPARE-29] of a tiny number of samples only the percentiles that it reaches are compared', () => {
  const comparison = written(6, { samples: 25 }, { samples: 25 });
  const reasons = comparison.streams[0]?.metrics.map(({ metric, reason }) => [metric, reason]);
  assert.deepEqual(reasons?.slice(0, 3), [
    ['p50', null],
    ['p95', 'few-samples'],
    ['p99', 'few-samples'],
  ]);
  assert.equal(comparison.verdict, 'no-difference');
});

test('[COMPARE-29] flows without an iteration and checks that never ran give no figure that is none', () => {
  const flows = { buy: flowOf(50, 0) };
  const more: Partial<LoadResult> = { flows, checks: [{ name: 'paid', passed: 0, failed: 0 }], stepSeconds: {} };
  const [stream] = written(6, { more }, { more }).streams;
  const of = Object.fromEntries(stream?.metrics.map((found) => [found.metric, found]) ?? []);
  assert.equal(of['flow-p50']?.reason, 'few-samples');
  assert.deepEqual([of['flow-failures']?.before, of['check-failures']?.before], [0, 0]);
});

test('[COMPARE-29] a run of no length has a goodput that is a number', () => {
  const arrivals: LoadResult['arrivals'] = {
    ...{ kind: 'closed', poisson: false, planned: 0, durationMs: 0, targetPerSecond: 0 },
  };
  written(2, { samples: 0, more: { arrivals } }, { samples: 0, more: { arrivals } });
});
