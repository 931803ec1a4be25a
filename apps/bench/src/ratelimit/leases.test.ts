import assert from 'node:assert/strict';
import { test } from 'node:test';
import { totalOf } from './leases.ts';

test('[BENCH-28] what several processes may let pass is the burst, and the pace for as long as any of them asked', () => {
  const runs = [
    { asked: 900, passed: 300, beganAt: 1_000, endedAt: 2_500 },
    { asked: 900, passed: 500, beganAt: 1_500, endedAt: 3_000 },
  ];
  assert.deepEqual(totalOf(runs, { limit: 300, windowMs: 1_000, burst: 50 }), { passed: 800, allowed: 650 });
});
