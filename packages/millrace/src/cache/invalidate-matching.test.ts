import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { type CacheInvalidateSignal, cacheInvalidate } from '../signals/index.ts';
import { patternTag } from './cache-tag.ts';
import { createCache } from './index.ts';
import { TagPositions } from './log/tag-positions.ts';

test('[CACHE-431] what a pattern names is forgotten, in namespaces too, and nothing else', async () => {
  await using cache = createCache({ name: 'users' });
  const part = cache.namespace('team');
  await cache.set(['user', 1, 'keys'], 'a');
  await cache.set(['user', 2, 'keys'], 'b');
  await part.set(['user', 1, 'keys'], 'c');
  await cache.invalidateMatching('user:1:*');
  const held = (): unknown[] => [
    cache.get(['user', 1, 'keys']),
    cache.get(['user', 2, 'keys']),
    part.get(['user', 1, 'keys']),
  ];
  assert.deepEqual(held(), [undefined, 'b', 'c']);
  await cache.invalidateMatching('team/*');
  assert.deepEqual(held(), [undefined, 'b', undefined]);
  assert.throws(() => cache.invalidateMatching(''), { code: 'MILLRACE_CACHE_OPTION_INVALID' });
});

test('[CACHE-431] a load in flight under a key that a pattern names stores nothing, and who comes later loads anew', async () => {
  await using cache = createCache({ name: 'users' });
  const { promise: row, resolve: go } = Promise.withResolvers<string>();
  const before = [cache.getOrSet(['user', 1], () => row), cache.getOrSet(['other', 1], () => row)];
  void cache.invalidateMatching('user:*');
  const after = cache.getOrSet(['user', 1], async () => 'new');
  go('old');
  assert.deepEqual(await Promise.all([...before, after]), ['old', 'old', 'new']);
  assert.deepEqual([cache.get(['user', 1]), cache.get(['other', 1])], ['new', 'old']);
});

test('[CACHE-431] who failed before is asked again after a pattern', async () => {
  await using cache = createCache({ name: 'users', retryAfterMs: 10_000 });
  await assert.rejects(async () => cache.getOrSet('user', () => Promise.reject(new Error('down'))));
  await assert.rejects(async () => cache.getOrSet('user', async () => 'up'), /down/);
  await cache.invalidateMatching('us*');
  assert.equal(await cache.getOrSet('user', async () => 'up'), 'up');
});

test('[CACHE-431] a tag that looks like a pattern is a tag', async () => {
  await using cache = createCache({ name: 'users' });
  await cache.set('a', 1);
  await cache.set('b', 1, { tags: [patternTag('*')] });
  await cache.invalidateTags([patternTag('*')]);
  assert.deepEqual([cache.get('a'), cache.get('b')], [1, undefined]);
});

test('[CACHE-431, CACHE-25] a pattern is told as one, and nothing of it is', async () => {
  await using cache = createCache({ name: 'users' });
  await cache.set(['user', 'ann@shop.example'], 1);
  const told: CacheInvalidateSignal[] = [];
  const stop = cacheInvalidate.subscribe((signal) => told.push(signal));
  await cache.invalidateMatching('user:ann@*');
  stop();
  await turn();
  assert.deepEqual(told, [{ name: 'users', keyPattern: '*:*', outcome: 'pattern', dropped: 1, barred: 0 }]);
});

test('[CACHE-432] past 32 patterns the oldest counts as an invalidation of everything before it', () => {
  const known = new TagPositions(1_000, 0);
  for (let at = 1; at <= 32; at++) known.note(patternTag(`k${at}:*`), at);
  assert.deepEqual(
    [known.covers(0, 'other', []), known.covers(4, ':k5:x', []), known.covers(5, ':k5:x', [])],
    [true, false, true],
  );
  known.note(patternTag('k1:*'), 33); // Named again: now the newest, and k2 is the oldest.
  known.note('tag', 34);
  known.note(patternTag('k33:*'), 35);
  assert.deepEqual([known.covers(1, 'other', []), known.covers(2, 'other', [])], [false, true]);
  assert.deepEqual([known.covers(32, ':k1:x', []), known.covers(33, ':k1:x', [])], [false, true]);
  assert.deepEqual([known.covers(33, 'other', ['tag']), known.size], [false, 33]);
});

test('[CACHE-432] a pattern that this version cannot read counts as one that names everything', () => {
  const known = new TagPositions(1_000, 0);
  known.note(patternTag(''), 7);
  assert.deepEqual([known.covers(6, 'any', []), known.covers(7, 'any', [])], [false, true]);
});
