import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defineScenario } from '../scenario/index.ts';
import { runVirtually } from './virtual-run.test.ts';

const scenario = defineScenario({
  name: 'reading',
  users: 1,
  createUser: () => ({}),
  steps: [{ name: 'read', weight: 1, build: () => ({ method: 'GET', path: '/' }) }],
});
const arrivals = { kind: 'constant', ratePerSecond: 20, durationMs: 1_000 } as const;

test('[LOAD-76] what is written within the sending window is achieved, all of it or a part', async () => {
  const quick = await runVirtually({ scenario, arrivals, serve: () => ({ afterMs: 10 }) });
  assert.deepEqual([quick.result.arrivals.planned, quick.result.achievedRatio], [20, 1]);
  // One connection, a tenth of a second each: the first at once, then one every 100 ms up to and with the end.
  const slow = await runVirtually({ scenario, arrivals, connections: 1, serve: () => ({ afterMs: 100 }) });
  assert.deepEqual([slow.result.total.ok, slow.result.achievedRatio], [20, 11 / 20]);
});
