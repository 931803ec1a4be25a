import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LoadResult, StepResult } from '../result/index.ts';
import { renderLoadTable } from './load-table.ts';
import { distribution } from './result-doubles.test.ts';

const LATE = { code: 'late', values: { percentile: 99, ms: 12, boundMs: 10 } } as const;

const step = (timesMs: readonly number[], extra: Partial<StepResult> = {}): StepResult => ({
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
  refusedResponseTimeUs: distribution([]),
  refusedServiceTimeUs: distribution([]),
  ...extra,
});

function load(steps: Record<string, StepResult>, extra: Partial<LoadResult> = {}): LoadResult {
  const lag = distribution(new Array(1000).fill(0.5));
  return {
    scenario: 'GET /',
    target: 'http://127.0.0.1:1',
    seed: 9,
    arrivals: { kind: 'constant', planned: 1000, durationMs: 5000, targetPerSecond: 200 },
    achievedRatio: 1,
    interrupted: false,
    steps,
    generator: { sendLagUs: lag },
    validity: { verdict: 'valid', reasons: [] },
    ...extra,
  } as LoadResult;
}

test('[REPORT-15] steps, errors by class, service time, send lag and verdict', () => {
  const slow = step(new Array(1000).fill(3), {
    ok: 990,
    errors: { timeout: 7, status: 3 },
    censored: 7,
    censoredFromUs: 2000,
  });
  const text = renderLoadTable(load({ 'GET /': slow }));
  assert.match(text, /200 requests a second for 5\.00 s, seed 9/);
  assert.match(text, /GET \/ +1,000 +≥ 3\.00 +≥ 3\.00 +≥ 3\.00 +≥ 3\.00 +≥ 3\.00 +7 timeout, 3 status \(1 %\)/);
  assert.match(text, /service +1,000/);
  assert.match(text, /send lag +1,000 +0\.500/);
  assert.match(text, /Valid: /);
});

test('[REPORT-15] too few samples, none at all, an interrupted and an invalid run', () => {
  const validity = { verdict: 'invalid', reasons: [LATE] } as const;
  const text = renderLoadTable(load({ few: step([1, 2]), none: step([]) }, { interrupted: true, validity }));
  assert.match(text, /few +2 +1\.50 +≥ 20 needed +≥ 200 needed +≥ 1,000 needed +2\.00 +0/);
  assert.match(text, /none +0 +no samples/);
  assert.match(text, /Interrupted/);
  assert.match(text, /Invalid: .*\n {2}the generator was late: P99 12 ms \(bound 10 ms\)/);
  assert.doesNotMatch(text, /NaN|undefined/);
});
