import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LoadResult } from '../result/index.ts';
import { compareRuns } from './compare.ts';
import type { ComparedRun, MetricComparison, MetricId } from './comparison.ts';
import { flowOf, type RunShape, runOf } from './noise.test.ts';

const MEDIANS = [10, 10.1, 9.9, 10.05, 9.95, 10.02];

interface Planted {
  readonly flowFactor?: number;
  readonly failedFlows?: number;
  readonly failedChecks?: number;
}

/** Rounds of a load of flows; the requests of both sides are alike. */
function side(name: string, { flowFactor = 1, failedFlows = 0, failedChecks = 0 }: Planted = {}): ComparedRun[] {
  return MEDIANS.map((p50Ms, i) => {
    const flows = { buy: flowOf(p50Ms * 5 * flowFactor, 1_000, failedFlows), look: flowOf(p50Ms * 5, 1) };
    const checks = [{ name: 'paid', passed: 1_000 - failedChecks, failed: failedChecks }];
    const row = runOf('row').result.seconds;
    return runOf(`${name}${i}`, { p50Ms, more: { flows, checks, stepSeconds: { get: row } } });
  });
}

function found(before: readonly ComparedRun[], after: readonly ComparedRun[]): (id: MetricId) => MetricComparison {
  const [stream] = compareRuns([{ name: 's', before, after }], { resamples: 300 }).streams;
  return (id) => stream?.metrics.find(({ metric }) => metric === id) as MetricComparison;
}

test('[COMPARE-5] flows that take longer are worse though no request is', () => {
  const of = found(side('a'), side('b', { flowFactor: 1.3 }));
  assert.equal(of('p50').verdict, 'no-difference');
  for (const id of ['flow-p50', 'flow-p95'] as const) {
    assert.deepEqual([of(id).verdict, of(id).basis], ['worse', 'rounds'], id);
    assert.ok(Math.abs((of(id).change ?? 0) - 0.3) < 0.01);
  }
  assert.ok(Math.abs((of('flow-p50').before ?? 0) - 50) < 1);
});

test('[COMPARE-5] flows and checks that fail more often are worse, each by its share', () => {
  const of = found(side('a'), side('b', { failedFlows: 8, failedChecks: 5 }));
  assert.deepEqual([of('flow-failures').verdict, of('check-failures').verdict], ['worse', 'worse']);
  assert.ok(Math.abs((of('flow-failures').after ?? 0) - 8 / 1_009) < 1e-12);
  assert.ok(Math.abs((of('check-failures').after ?? 0) - 0.005) < 1e-12);
  assert.equal(of('errors').verdict, 'no-difference');
});

test('[COMPARE-5] a load without flows or checks has none of these metrics', () => {
  const [stream] = compareRuns([{ name: 's', before: [runOf('a')], after: [runOf('b')] }]).streams;
  assert.deepEqual(
    stream?.metrics.map(({ metric }) => metric),
    ['p50', 'p95', 'p99', 'goodput', 'errors'],
  );
});

test('[COMPARE-12] metrics of flows and checks stand under one correction with those of requests', () => {
  const factorOf = (id: MetricId, planted: Planted): number => {
    const { p, adjustedP } = found(side('a'), side('b', planted))(id);
    return Math.round((adjustedP ?? 0) / (p ?? 1));
  };
  // Requests and flows: three percentiles of each that vary; then the failures as well, whose p is the least.
  assert.equal(factorOf('flow-p50', { flowFactor: 2 }), 6);
  assert.equal(factorOf('flow-failures', { flowFactor: 2, failedFlows: 3, failedChecks: 3 }), 8);
});

test('[COMPARE-13] of single runs the seconds tell failed requests by requests and failed flows by flows; failed checks have none', () => {
  const seconds = (errors: number) =>
    Array.from({ length: 10 }, (_, second) => {
      return { second, planned: 100, ok: 100 - errors, errors, interrupted: 0, maxResponseUs: 1 };
    });
  const single = (name: string, failed: number): ComparedRun[] => {
    const shape: RunShape = { more: { flows: { buy: flowOf(50, 1_000 - 10 * failed, 10 * failed) } } };
    const more: Partial<LoadResult> = { ...shape.more, seconds: seconds(failed), stepSeconds: { get: seconds(0) } };
    const checks = [{ name: 'paid', passed: 1_000 - failed, failed }];
    return [runOf(name, { more: { ...more, checks } })];
  };
  const of = found(single('a', 0), single('b', 5));
  assert.deepEqual([of('flow-failures').basis, of('flow-failures').verdict], ['windows', 'worse']);
  assert.deepEqual([of('errors').basis, of('errors').verdict], ['windows', 'no-difference']);
  const { verdict, reason, interval, basis, before, after, roundsNeeded } = of('check-failures');
  assert.deepEqual([verdict, reason, interval, basis], ['cannot-tell', 'few-rounds', null, null]);
  assert.deepEqual([before, after], [0, 0.005]);
  assert.ok((roundsNeeded ?? 0) >= 4);
});
