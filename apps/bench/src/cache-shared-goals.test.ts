import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cacheSharedParts } from './cache-shared.ts';
import { CACHE_SHARED } from './cache-shared-goals.ts';

test('[BENCH-11] every goal of the cache between processes is measured by one part, in its tier', () => {
  for (const quick of [true, false]) {
    const measured = cacheSharedParts(quick).flatMap(({ goals }) => goals);
    const wanted = CACHE_SHARED.filter(({ tier }) => tier === 'quick' || !quick).map(({ id }) => `cache.${id}`);
    assert.deepEqual(measured.toSorted(), wanted.toSorted());
  }
});
