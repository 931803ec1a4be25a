import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cacheParts } from './cache.ts';
import { CACHE } from './cache-goals.ts';

test('[BENCH-11] every goal of the cache is measured by one part', () => {
  const measured = cacheParts(true).flatMap(({ goals }) => goals);
  assert.deepEqual(measured.toSorted(), CACHE.map(({ id }) => `cache.${id}`).toSorted());
});
