import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFakeClock } from '../testing/index.ts';
import { type CacheKey, createCache, createWarmUp, type EvictionPolicy, type WarmUpProgress } from './index.ts';

const rows = (count: number): CacheKey[] => Array.from({ length: count }, (_, row) => ['row', row]);

test('[CACHE-360] what is asked for most comes first, under each policy that knows', async () => {
  for (const eviction of ['adaptive', 'lfu', 'lru'] satisfies EvictionPolicy[]) {
    const cache = createCache({ name: 'hot', maxEntries: 100, eviction });
    for (const key of rows(50)) await cache.set(key, 1);
    const part = cache.namespace('part');
    await part.set('inside', 1);
    for (let times = 0; times < 8; times++) for (const row of [3, 7, 9]) cache.get(['row', row]);
    part.get('inside');
    const hottest = cache.hotKeys(3);
    assert.deepEqual(new Set(hottest.map(String)), new Set(['row,3', 'row,7', 'row,9']), eviction);
    assert.equal(cache.hotKeys().length, 50);
    assert.deepEqual([part.hotKeys(), cache.hotKeys(0)], [['inside'], []]);
  }
  const fifo = createCache({ name: 'hot', eviction: 'fifo', sharing: 'clone' });
  for (const key of ['a', '%b', ':c']) await fifo.set(key, 1);
  fifo.get('a');
  assert.deepEqual(fifo.hotKeys(), [':c', '%b', 'a'], 'the newest first: it knows no more');
  assert.throws(() => fifo.hotKeys(-1), { code: 'MILLRACE_CACHE_OPTION_INVALID' });
});

test('[CACHE-361] what is missing is loaded, four at once, and progress is told', async () => {
  const clock = createFakeClock();
  const cache = createCache({ name: 'warm', clock });
  await cache.set(['row', 0], 'held');
  let running = 0;
  let most = 0;
  const told: WarmUpProgress[] = [];
  const warmUp = createWarmUp({
    cache,
    keys: async function* () {
      yield* rows(20);
    },
    load: async (key) => {
      most = Math.max(most, ++running);
      await new Promise<void>((resolve) => void clock.schedule(10, resolve));
      running--;
      return `loaded ${key[1]}`;
    },
    options: { ttlMs: 1_000 },
    onProgress: (progress) => told.push(progress),
    clock,
  });
  const report = warmUp.run();
  assert.equal(warmUp.run(), report, 'one run at a time');
  await clock.advance(100);
  const came = { done: 20, held: 1, brought: 19, failed: 0 };
  assert.deepEqual(await report, { ...came, aborted: false, tookMs: 50, errors: [] });
  assert.deepEqual([most, told.length, told.at(-1), warmUp.last?.done], [4, 20, came, 20]);
  assert.equal(cache.get(['row', 19]), 'loaded 19');
  const again = await createWarmUp({
    cache,
    keys: rows(20),
    maxKeys: 5,
    load: () => assert.fail('loaded'),
    clock,
  }).run();
  assert.deepEqual([again.done, again.held], [5, 5]);
  await clock.advance(1_100);
  assert.equal(cache.get(['row', 19]), undefined, 'the options of the entries');
});

test('[CACHE-362] whatever fails stands in the report', async () => {
  const cache = createCache({ name: 'warm' });
  const broken = new Error('no such list');
  const load = async (key: CacheKey): Promise<string> => {
    if (key === 'bad') throw new Error('down');
    return 'good';
  };
  const noList = await createWarmUp({ cache, keys: () => Promise.reject(broken), load }).run();
  assert.deepEqual([noList.done, noList.errors], [0, [broken]]);
  const half = function* (): Generator<CacheKey> {
    yield 'a';
    yield 'bad';
    throw broken;
  };
  const report = await createWarmUp({ cache, keys: half, load, concurrency: 1 }).run();
  assert.deepEqual([report.done, report.brought, report.failed, report.errors.length], [2, 1, 1, 2]);
  const many = Array.from({ length: 30 }, () => 'bad');
  const onProgress = (): never => {
    throw broken;
  };
  assert.equal((await createWarmUp({ cache, keys: many, load, onProgress }).run()).errors.length, 10);
  await cache.close();
  assert.equal((await createWarmUp({ cache, keys: ['a'], load }).run()).failed, 1);
  for (const wrong of [{ concurrency: 0 }, { maxKeys: 0 }, { everyMs: 1 }]) {
    assert.throws(() => createWarmUp({ cache, keys: [], load, ...wrong }), { code: 'MILLRACE_CACHE_OPTION_INVALID' });
  }
});

test('[CACHE-363] it runs again after a while when asked to, and ends when told to', async () => {
  const clock = createFakeClock();
  const cache = createCache({ name: 'warm', ttlMs: 1_000, ttlJitter: 0, clock });
  let loads = 0;
  const load = async (): Promise<number> => {
    await new Promise<void>((resolve) => void clock.schedule(10, resolve));
    return ++loads;
  };
  const warmUp = createWarmUp({ cache, keys: rows(3), load, everyMs: 10_000, concurrency: 1, clock });
  await clock.advance(9_999);
  assert.equal(loads, 0, 'nothing by itself before its time');
  await clock.advance(100);
  assert.equal(loads, 3);
  await clock.advance(10_100);
  assert.equal(loads, 6);
  await clock.advance(9_800);
  await clock.advance(75);
  const closed = warmUp.close();
  await clock.advance(10);
  await closed;
  const { last } = warmUp;
  assert.ok(last !== undefined && last.done < 3 && last.aborted);
  await clock.advance(100_000);
  assert.equal(loads, 6 + last.done);
  const stop = new AbortController();
  const aborted = createWarmUp({ cache, keys: rows(3), load, everyMs: 10_000, signal: stop.signal, clock });
  stop.abort();
  await clock.advance(20_000);
  assert.deepEqual([(await aborted.run()).done, (await aborted.run()).aborted, clock.pendingTimers], [0, true, 0]);
});
