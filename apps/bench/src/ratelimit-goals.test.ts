import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ratelimitParts } from './ratelimit.ts';
import { RATELIMIT } from './ratelimit-goals.ts';

test('[BENCH-11] every goal of the ratelimit area is measured by one part, in its tier', () => {
  for (const quick of [true, false]) {
    const measured = ratelimitParts(quick).flatMap(({ goals }) => goals);
    const wanted = RATELIMIT.filter(({ tier }) => tier === 'quick' || !quick).map(({ id }) => `ratelimit.${id}`);
    assert.deepEqual(measured.toSorted(), wanted.toSorted());
  }
});
