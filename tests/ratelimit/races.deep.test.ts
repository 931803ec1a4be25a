import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testRedis } from '@millrace/scripts/services';
import { race } from './processes.ts';

const PROCESSES = 4;
const DECISIONS = 1_000_000;

test('[RATE-50] in a million decisions of each of four processes nothing passes that the rule does not let pass', async (t) => {
  const url = await testRedis();
  if (url === undefined) return t.skip('no Redis');
  const rule = { name: 'r', limit: 5_000, windowMs: 1_000, burst: 500 };
  const { allowed, spanMs } = await race(t, { url, kind: 'shared', rule, decisions: DECISIONS, processes: PROCESSES });
  const most = rule.burst + (spanMs * rule.limit) / rule.windowMs;
  assert.ok(allowed <= most, `${allowed} in ${spanMs} ms, at most ${most}`);
  assert.ok(allowed > rule.burst, `${allowed} passed`);
});

test('[RATE-70] in a million decisions from leases of each of four processes a hundredth of a window passes too early at most', async (t) => {
  const url = await testRedis();
  if (url === undefined) return t.skip('no Redis');
  const rule = { name: 'r', limit: 50_000, windowMs: 1_000, burst: 50_000 };
  const { allowed, spanMs } = await race(t, { url, kind: 'leased', rule, decisions: DECISIONS, processes: PROCESSES });
  const most = rule.burst + (spanMs * rule.limit) / rule.windowMs + rule.limit / 100;
  assert.ok(allowed <= most, `${allowed} in ${spanMs} ms, at most ${most}`);
  t.diagnostic(`${allowed} of ${Math.round(most)} in ${Math.round(spanMs)} ms`);
});

test('[RATE-71] four million decisions from leases take less than a fiftieth of the questions', async (t) => {
  const url = await testRedis();
  if (url === undefined) return t.skip('no Redis');
  const rule = { name: 'r', limit: 15_000_000, windowMs: 60_000 };
  const wanted = { url, rule, decisions: DECISIONS, processes: PROCESSES };
  const { allowed, scripts, perSecond } = await race(t, { ...wanted, kind: 'leased' });
  assert.equal(allowed, PROCESSES * DECISIONS);
  assert.ok(scripts <= allowed / 50, `${scripts} scripts`);
  t.diagnostic(`${Math.round(perSecond)} decisions/s, ${scripts} scripts`);
});
