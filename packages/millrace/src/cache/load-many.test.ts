import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type CacheKey, createCache } from './index.ts';

test('[CACHE-330] what is missing of many is loaded by one call, in their order', async () => {
  const cache = createCache({ name: 'many' });
  await cache.set('b', 'held');
  const under = Promise.withResolvers<string>();
  const joined = cache.getOrSet('c', () => under.promise);
  const calls: (readonly CacheKey[])[] = [];
  const read = cache.loadMany(['a', 'b', 'c', 'd'], async (keys) => {
    calls.push(keys);
    return keys.map((key) => (key === 'd' ? undefined : `loaded ${key}`));
  });
  under.resolve('joined');
  assert.deepEqual(await read, ['loaded a', 'held', 'joined', undefined]);
  assert.deepEqual(calls, [['a', 'd']]);
  assert.deepEqual([await joined, cache.get('a'), cache.get('d')], ['joined', 'loaded a', undefined]);
  assert.deepEqual(await cache.loadMany([], () => assert.fail('nothing is missing')), []);
});

test('[CACHE-331] two batches that cross do not wait for each other', async () => {
  const cache = createCache({ name: 'many', loadTimeoutMs: 500 });
  const load = async (keys: readonly CacheKey[]): Promise<readonly string[]> => keys.map(String);
  const [ab, bca, ca] = await Promise.all([
    cache.loadMany(['a', 'b'], load),
    cache.loadMany(['b', 'c', 'a'], load),
    cache.loadMany(['c', 'd', 'a'], load),
  ]);
  assert.deepEqual(
    [ab, bca, ca],
    [
      ['a', 'b'],
      ['b', 'c', 'a'],
      ['c', 'd', 'a'],
    ],
  );
});

test('[CACHE-332] a loader of many answers for each key, or for none', async () => {
  const cache = createCache({ name: 'many' });
  const code = 'MILLRACE_CACHE_ANSWERS_MISSING';
  await assert.rejects(
    cache.loadMany(['a', 'b'], async () => ['only one']),
    { code },
  );
  await assert.rejects(
    cache.loadMany(['a', 'b'], async () => Promise.reject(new Error('down'))),
    /down/,
  );
  assert.equal(cache.stats().loading, 0);
});

test('[CACHE-333] a wrapped function is called once for the same arguments', async () => {
  const cache = createCache({ name: 'wrapped' });
  let calls = 0;
  const add = cache.wrap(
    async (a: number, b: number) => {
      calls++;
      return a + b;
    },
    (a, b) => ['sum', a, b],
  );
  assert.deepEqual([await add(1, 2), await add(1, 2), await add(2, 1), calls], [3, 3, 3, 2]);
});
