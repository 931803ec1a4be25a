import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countCost } from './cost.ts';

test('[BENCH-16] a helper counts its processor time from when it is told to', () => {
  const cost = countCost();
  const { user } = process.cpuUsage();
  while (process.cpuUsage().user < user + 50_000);
  const { cpuSeconds, waitedShare } = cost();
  assert.ok(cpuSeconds >= 0.05, `${cpuSeconds} s`);
  assert.ok(waitedShare >= 0 && waitedShare < 1, String(waitedShare));
});
