import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { LoadResult } from '../result/index.ts';
import type { Scenario } from '../scenario/index.ts';
import { runVirtually, type Treatment, type VirtualRun } from './virtual-run.test.ts';

const SCHEMA = JSON.parse(
  readFileSync(new URL('../../schemas/load-result.schema.json', import.meta.url), 'utf8'),
) as object;
const validate = new Ajv2020({ strict: true, allErrors: true }).compile(SCHEMA);

const SCENARIO: Scenario = {
  name: 'one',
  users: 1,
  createUser: () => undefined,
  steps: [{ name: 'read', weight: 1, build: () => ({ method: 'GET', path: '/' }) }],
};

const MIXED: Treatment[] = [
  { afterMs: 1 },
  { afterMs: 3, status: 503 },
  { afterMs: 5, fails: 'reset' },
  { afterMs: 5, fails: 'connect' },
  { afterMs: 5, fails: 'client' },
  'silent',
];

/** As it is read from the file. */
function written(result: LoadResult): LoadResult {
  return JSON.parse(JSON.stringify(result)) as LoadResult;
}

function run(
  serve: VirtualRun<unknown>['serve'],
  more: Partial<VirtualRun<unknown>> = {},
): Promise<{ result: LoadResult }> {
  const arrivals = { kind: 'constant', ratePerSecond: 50, durationMs: 1_500 } as const;
  return runVirtually({ scenario: SCENARIO, arrivals, timeoutMs: 200, serve, ...more });
}

test('[LOAD-90] results of good, failing, empty and interrupted runs are what the schema says', async () => {
  let next = 0;
  const results = [
    await run(() => ({ afterMs: 2 })),
    await run(() => MIXED[next++ % MIXED.length] as Treatment, { maxQueue: 2, connections: 3 }),
    await run(() => 'silent', { drainMs: 0 }),
    await run(() => ({ afterMs: 2 }), { abortAtMs: 0 }),
    await run(() => ({ afterMs: 700 }), { abortAtMs: 777, connections: 2 }),
    await run(() => ({ afterMs: 2 }), {
      arrivals: { kind: 'ramp', fromPerSecond: 0, toPerSecond: 9, durationMs: 2_000 },
    }),
    await run(() => ({ afterMs: 2 }), {
      arrivals: { kind: 'steps', ratesPerSecond: [5, 9], durationMs: 2_000, poisson: true },
    }),
  ];
  for (const { result } of results) {
    assert.ok(validate(written(result)), JSON.stringify(validate.errors));
    assert.deepEqual(written(result), result, 'survives JSON: no NaN, no undefined');
  }
});

test('[LOAD-90] the schema refuses what is not a result', async () => {
  const { result } = await run(() => ({ afterMs: 2 }));
  const bad: unknown[] = [
    { ...result, schema: 'millrace-load-result/1' },
    { ...result, achievedRatio: null },
    { ...result, total: { ...result.total, ok: -1 } },
    { ...result, total: { ...result.total, errors: { odd: 1 } } },
    { ...result, steps: { read: {} } },
    { ...result, extra: 1 },
    { ...result, validity: undefined },
  ];
  for (const value of bad) assert.equal(validate(JSON.parse(JSON.stringify(value))), false);
});
