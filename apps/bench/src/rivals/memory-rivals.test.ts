import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type CreateLoadingCache, MEMORY_CACHES } from './memory-caches.ts';
import { failingOrigin, invalidateDuringLoad } from './scenarios.ts';

/* What is said of others fails here once it is no longer true; then docs/reference/cache-peers.md changes too. */

const DURING_A_LOAD = {
  millrace: 'new',
  bentocache: 'old',
  cacheable: 'old',
  'async-cache-dedupe': 'old',
  'lru-cache': 'new',
} as const;

for (const [name, seen] of Object.entries(DURING_A_LOAD)) {
  const create: CreateLoadingCache = MEMORY_CACHES[name as keyof typeof MEMORY_CACHES];
  test(`[BENCH-24] a delete during a load, and then who reads gets the ${seen} row: ${name}`, async () => {
    assert.equal(await invalidateDuringLoad(create, (cache) => cache.delete('row')), seen);
  });
}

const TAGGED_DURING_A_LOAD = { millrace: 'new', bentocache: 'old', 'async-cache-dedupe': 'old' } as const;

for (const [name, seen] of Object.entries(TAGGED_DURING_A_LOAD)) {
  const create: CreateLoadingCache = MEMORY_CACHES[name as keyof typeof MEMORY_CACHES];
  test(`[BENCH-24] a tag invalidated during a load, and then who reads gets the ${seen} row: ${name}`, async () => {
    assert.equal(await invalidateDuringLoad(create, (cache) => cache.invalidateTag?.()), seen);
  });
}

const CALLERS = 20;

test('[BENCH-24] bentocache: each of twenty callers asks an origin that fails, several at once', async () => {
  const { calls, atOnce } = await failingOrigin(MEMORY_CACHES.bentocache, CALLERS);
  assert.equal(calls, CALLERS);
  assert.ok(atOnce > 1, `${atOnce} at once`);
});

test('[BENCH-24] millrace: an origin that fails is asked once in the time that it is given', async () => {
  assert.deepEqual(await failingOrigin(MEMORY_CACHES.millrace, CALLERS), { calls: 1, atOnce: 1 });
});
