import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LoadResult } from '@millrace/load';
import { Histogram } from 'millrace/core';
import { readGateway } from './gateway-rate.ts';

function resultOf(times: readonly number[], total: Partial<LoadResult['total']>): LoadResult {
  const histogram = new Histogram();
  for (const time of times) histogram.record(time);
  const arrivals = { kind: 'constant', planned: 2_000, durationMs: 10_000, targetPerSecond: 200 } as const;
  const validity: LoadResult['validity'] = { verdict: 'valid', reasons: [] };
  return {
    arrivals,
    validity,
    drainMs: 6_000,
    total: { responseTimeUs: histogram.snapshot(), ...total },
  } as LoadResult;
}

const answered = new Array<number>(1_600).fill(20_000);

test('good answers count until the last one came, errors by what was planned', () => {
  const measured = readGateway(resultOf(answered, { ok: 1_600, errors: { status: 100, timeout: 300 }, censored: 0 }));
  const [rate, p99, errors] = measured.map(({ value }) => value);
  assert.deepEqual([rate, errors], [100, 20]);
  assert.ok(Math.abs((p99 ?? 0) - 20) < 0.1);
});

test('a P99 that unanswered requests reach is no figure, and says how long they waited', () => {
  const [, p99] = readGateway(
    resultOf([...answered, ...new Array<number>(400).fill(9_000_000)], {
      ...{ ok: 1_600, errors: { timeout: 400 }, censored: 400, censoredFromUs: 9_000_000 },
    }),
  );
  assert.equal(p99?.value, null);
  assert.match(p99?.skipped ?? '', /^≥ \d+ ms: some had no answer$/);
});

test('[BENCH-5] figures of a run that the generator spoiled say so', () => {
  const result = resultOf(answered, { ok: 1_600, errors: {}, censored: 0 });
  const late = { code: 'loop-late', values: { ms: 40, boundMs: 10 } } as const;
  const spoiled = readGateway({ ...result, validity: { verdict: 'invalid', reasons: [late] } });
  assert.ok(spoiled.every(({ invalid }) => invalid?.includes('40')));
  assert.ok(readGateway(result).every((measurement) => !('invalid' in measurement)));
});
