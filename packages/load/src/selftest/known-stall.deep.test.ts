import assert from 'node:assert/strict';
import { test } from 'node:test';
import { measureKnownStall } from './known-stall.ts';

test('[LOAD-70] one second of stall in ten at 2,000/s: P95, P99 and max within 2 % of the stamps', async () => {
  const { figures, result } = await measureKnownStall();
  assert.equal(result.total.responseTimeUs.count, 20_000);
  for (const { name, error } of figures) {
    if (name !== 'p50') assert.ok(Math.abs(error) <= 0.02, JSON.stringify(figures));
  }
});
