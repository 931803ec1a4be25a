import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { createRandom } from '../core/index.ts';
import { createFakeClock, type FakeClock } from '../testing/index.ts';
import { type Cache, type CacheOptions, createCache, type EntryOptions } from './index.ts';

/** A cache on a clock that stands still, without jitter. */
function createStill(options: Partial<CacheOptions> = {}): { readonly cache: Cache; readonly clock: FakeClock } {
  const clock = createFakeClock();
  return { cache: createCache({ name: 'still', ttlJitter: 0, eviction: 'lru', clock, ...options }), clock };
}

test('[CACHE-1] a hit is the stored object itself, at once', async () => {
  const { cache } = createStill();
  const user = { id: 1, roles: ['reader'] };
  await cache.getOrSet('user:1', async () => user);
  assert.equal(
    cache.getOrSet('user:1', () => assert.fail('loaded again')),
    user,
  );
  assert.equal(cache.get('user:1'), user);
  assert.equal(Object.isFrozen(user), false);
});

test('[CACHE-2] a hundred who ask at once share one load and its value', async () => {
  const { cache } = createStill();
  const gate = Promise.withResolvers<number>();
  let loads = 0;
  const reads = Array.from({ length: 100 }, () =>
    cache.getOrSet('k', () => {
      loads++;
      return gate.promise;
    }),
  );
  gate.resolve(7);
  assert.deepEqual(new Set(await Promise.all(reads)), new Set([7]));
  assert.equal(loads, 1);
});

test('[CACHE-2, CACHE-3] they share its error too, and the next one loads anew', async () => {
  const { cache } = createStill();
  const down = new Error('down');
  const failing = async (): Promise<number> => {
    throw down;
  };
  const reads = await Promise.allSettled([cache.getOrSet('k', failing), cache.getOrSet('k', failing)]);
  assert.deepEqual(
    reads.map((read) => read.status === 'rejected' && read.reason),
    [down, down],
  );
  assert.deepEqual(cache.get('k'), undefined);
  assert.equal(await cache.getOrSet('k', async () => 1), 1);
});

test('[CACHE-4] falsy values are values, undefined is none', async () => {
  const { cache } = createStill();
  for (const value of [null, false, 0, Number.NaN, '']) {
    assert.equal(await cache.getOrSet(['value', String(value)], async () => value), value);
    assert.equal(
      cache.getOrSet(['value', String(value)], () => assert.fail('loaded again')),
      value,
    );
  }
  assert.equal(await cache.getOrSet('none', async () => undefined), undefined);
  assert.equal(await cache.getOrSet<number | undefined>('none', async () => 1), 1);
});

test('[CACHE-5] what a loader says at once is said at once', () => {
  const { cache, clock } = createStill();
  assert.equal(
    cache.getOrSet('k', () => 1),
    1,
  );
  const broken = new Error('broken');
  assert.throws(
    () =>
      cache.getOrSet('other', () => {
        throw broken;
      }),
    broken,
  );
  assert.equal(
    cache.getOrSet('other', () => 2),
    2,
  );
  assert.deepEqual([cache.stats().loading, clock.pendingTimers], [0, 0]);
});

test('[CACHE-6] a loader that waits for its own key is given up', async () => {
  const { cache, clock } = createStill({ loadTimeoutMs: 500 });
  const read = cache.getOrSet<number>('k', async () => await cache.getOrSet<number>('k', () => 1));
  const refused = assert.rejects(async () => await read, { code: 'MILLRACE_CACHE_LOAD_TIMEOUT' });
  await clock.advance(500);
  await refused;
});

const INVALIDATIONS: readonly { readonly by: string; readonly run: (cache: Cache) => void }[] = [
  { by: 'delete', run: (cache) => cache.delete(['row', 1]) },
  { by: 'invalidateTags', run: (cache) => cache.invalidateTags(['other', 'rows']) },
  { by: 'clear', run: (cache) => cache.clear() },
];

for (const { by, run } of INVALIDATIONS) {
  test(`[CACHE-7, CACHE-8] ${by} during a load: the old value is not kept, and no newcomer gets it`, async () => {
    const { cache } = createStill();
    const tags = ['rows'];
    const first = Promise.withResolvers<string>();
    const second = Promise.withResolvers<string>();
    const before = cache.getOrSet(['row', 1], () => first.promise, { tags });
    run(cache);
    const after = cache.getOrSet(['row', 1], () => second.promise, { tags });
    first.resolve('old');
    assert.equal(await before, 'old');
    assert.equal(cache.get(['row', 1]), undefined);
    second.resolve('new');
    assert.equal(await after, 'new');
    assert.equal(cache.get(['row', 1]), 'new');
  });

  test(`[CACHE-7] ${by} by the loader itself, before it first waits, counts`, async () => {
    const { cache } = createStill();
    await cache.getOrSet(
      ['row', 1],
      async () => {
        run(cache);
        return 'old';
      },
      { tags: ['rows'] },
    );
    assert.equal(cache.get(['row', 1]), undefined);
  });
}

test('[CACHE-7] an invalidation of another key or tag leaves a load alone', async () => {
  const { cache } = createStill();
  const read = cache.getOrSet('a', async () => 1, { tags: ['x'] });
  void cache.delete('b');
  void cache.invalidateTags(['y', 'a']);
  await read;
  assert.equal(cache.get('a'), 1);
});

test('[CACHE-11] a value set during a load stays', async () => {
  const { cache } = createStill();
  const gate = Promise.withResolvers<string>();
  const read = cache.getOrSet('k', () => gate.promise);
  void cache.set('k', 'set');
  gate.resolve('loaded');
  assert.equal(await read, 'loaded');
  assert.equal(cache.get('k'), 'set');
  void cache.set('k', undefined);
  assert.equal(cache.get('k'), undefined);
});

test('[CACHE-12] a TTL is monotonic: the wall clock may step either way', async () => {
  const { cache, clock } = createStill({ ttlMs: 1_000 });
  void cache.set('k', 1);
  clock.jumpWall(3_600_000);
  assert.equal(cache.get('k'), 1);
  await clock.advance(999);
  clock.jumpWall(-7_200_000);
  assert.equal(cache.get('k'), 1);
  await clock.advance(1);
  assert.equal(cache.get('k'), undefined);
});

test('[CACHE-13] jitter spreads expiry over its share and no further', async () => {
  const { cache, clock } = createStill({ ttlMs: 1_000, ttlJitter: 0.1, random: createRandom(1) });
  const held = (): number => Array.from({ length: 1_000 }, (_, i) => cache.get(['k', i])).filter(Boolean).length;
  for (let i = 0; i < 1_000; i++) void cache.set(['k', i], true);
  await clock.advance(900);
  assert.equal(held(), 1_000);
  await clock.advance(100);
  const half = held();
  assert.ok(half > 400 && half < 600, `${half} of 1000 are left at the TTL itself`);
  await clock.advance(100);
  assert.equal(held(), 0);
});

test("[CACHE-13] a value's own TTL comes first, and 0 keeps nothing", async () => {
  const { cache, clock } = createStill({ ttlMs: 1_000 });
  void cache.set('short', 1, { ttlMs: 10 });
  await cache.getOrSet('long', async () => 1, { ttlMs: 5_000 });
  await cache.getOrSet('none', async () => 1, { ttlMs: 0 });
  assert.equal(cache.get('none'), undefined);
  await clock.advance(10);
  assert.equal(cache.get('short'), undefined);
  await clock.advance(4_989);
  assert.equal(cache.get('long'), 1);
});

test('[CACHE-14] no more than maxEntries are held', async () => {
  const { cache } = createStill({ maxEntries: 10 });
  for (let i = 0; i < 100; i++) await cache.getOrSet(['k', i], async () => i, { tags: [`tag${i}`] });
  const { entries, evictions } = cache.stats();
  assert.deepEqual([entries, evictions], [10, 90]);
  assert.equal(cache.get(['k', 99]), 99);
});

test("[CACHE-15] a caller's array of tags may change afterwards", async () => {
  const { cache } = createStill();
  const tags = ['x'];
  const read = cache.getOrSet('loaded', async () => 1, { tags });
  void cache.set('set', 1, { tags });
  tags[0] = 'y';
  await read;
  void cache.invalidateTags(['x']);
  assert.deepEqual([cache.get('loaded'), cache.get('set')], [undefined, undefined]);
});

test('[CACHE-16] one load more than maxLoads is refused, a joining read is not', async () => {
  const { cache } = createStill({ maxLoads: 1 });
  const gate = Promise.withResolvers<number>();
  const first = cache.getOrSet('a', () => gate.promise);
  assert.throws(() => cache.getOrSet('b', async () => 2), { code: 'MILLRACE_CACHE_LOADS_FULL', status: 503 });
  const joined = cache.getOrSet('a', async () => 3);
  void cache.delete('a');
  assert.throws(() => cache.getOrSet('a', async () => 4), { code: 'MILLRACE_CACHE_LOADS_FULL' });
  gate.resolve(1);
  assert.deepEqual(await Promise.all([first, joined]), [1, 1]);
  assert.equal(await cache.getOrSet('b', async () => 2), 2);
});

test('[CACHE-17] a load that is late fails for all, and its answer is dropped', async () => {
  const { cache, clock } = createStill({ loadTimeoutMs: 250 });
  const late = Promise.withResolvers<string>();
  let signal: AbortSignal | undefined;
  const load = (context: { signal: AbortSignal }): Promise<string> => {
    signal = context.signal;
    return late.promise;
  };
  const reads = Promise.allSettled([cache.getOrSet('k', load), cache.getOrSet('k', load)]);
  await clock.advance(249);
  assert.equal(signal?.aborted, false);
  await clock.advance(1);
  const codes = (await reads).map((read) => read.status === 'rejected' && read.reason.code);
  assert.deepEqual(codes, ['MILLRACE_CACHE_LOAD_TIMEOUT', 'MILLRACE_CACHE_LOAD_TIMEOUT']);
  assert.equal(signal?.aborted, true);
  late.resolve('late');
  await clock.advance(1);
  assert.equal(cache.get('k'), undefined);
  assert.equal(await cache.getOrSet('k', async () => 'anew'), 'anew');
});

test('[CACHE-17] a load that ends in time leaves no timer', async () => {
  const { cache, clock } = createStill();
  await cache.getOrSet('k', async () => 1);
  await assert.rejects(async () => await cache.getOrSet('x', () => Promise.reject(new Error('no'))));
  assert.equal(clock.pendingTimers, 0);
});

test('[CACHE-18] a closed cache holds nothing, starts nothing and leaves nobody waiting', async () => {
  const { cache, clock } = createStill();
  void cache.set('held', 1);
  const gate = Promise.withResolvers<number>();
  let signal: AbortSignal | undefined;
  const read = cache.getOrSet('k', (context) => {
    signal = context.signal;
    return gate.promise;
  });
  const refused = assert.rejects(async () => await read, { code: 'MILLRACE_CACHE_CLOSED' });
  await cache.close();
  await cache.close();
  await refused;
  gate.resolve(1);
  await clock.advance(0);
  void cache.set('set', 1);
  assert.deepEqual(
    ['held', 'k', 'set'].map((key) => cache.get(key)),
    [undefined, undefined, undefined],
  );
  assert.throws(() => cache.getOrSet('k', async () => 1), { code: 'MILLRACE_CACHE_CLOSED' });
  assert.deepEqual([signal?.aborted, clock.pendingTimers, cache.stats().loading], [true, 0, 0]);
});

test('[CACHE-18] `await using` closes', async () => {
  let kept: Cache;
  {
    await using cache = createCache({ name: 'scoped' });
    kept = cache;
  }
  assert.throws(() => kept.getOrSet('k', () => 1), { code: 'MILLRACE_CACHE_CLOSED' });
});

test('[CACHE-19] options out of range are refused', () => {
  const bad: Partial<CacheOptions>[] = [
    { name: '' },
    { maxEntries: 0 },
    { maxEntries: 1.5 },
    { ttlMs: 0 },
    { ttlMs: Number.POSITIVE_INFINITY },
    { ttlMs: Number.NaN },
    { ttlJitter: 0.51 },
    { ttlJitter: -0.1 },
    { maxLoads: 0 },
    { loadTimeoutMs: 0 },
    { eviction: 'mru' as 'lru' },
    { sharing: 'copy' as 'clone' },
  ];
  for (const options of bad) {
    const expected = { code: 'MILLRACE_CACHE_OPTION_INVALID', context: { option: Object.keys(options)[0] } };
    assert.throws(
      () => createCache({ name: 'bad', ...options }),
      (error: { code?: string; context?: { option?: string } }) =>
        error.code === expected.code && error.context?.option === expected.context.option,
    );
  }
  const { cache } = createStill();
  assert.throws(() => cache.set('k', 1, { ttlMs: -1 }), { code: 'MILLRACE_CACHE_OPTION_INVALID' });
  const misspelt = { name: 'bad', ttl: 60 } as CacheOptions;
  assert.throws(() => createCache(misspelt), { message: 'createCache has no option ttl', mend: /`ttlMs`/ });
  const entry = { ttl: 60 } as EntryOptions;
  assert.throws(() => cache.set('k', 1, entry), { code: 'MILLRACE_CORE_OPTION_UNKNOWN' });
  assert.throws(() => cache.getOrSet('k', () => 1, entry), { code: 'MILLRACE_CORE_OPTION_UNKNOWN' });
  assert.throws(() => cache.getOrSet('k', () => 1, { ttlMs: Number.NaN }), { code: 'MILLRACE_CACHE_OPTION_INVALID' });
});

test('[CACHE-22] names of object members are keys and tags like others', () => {
  const { cache } = createStill();
  for (const name of ['__proto__', 'constructor', 'toString']) {
    assert.equal(cache.get(name), undefined);
    void cache.set([name, name], name, { tags: [name] });
    assert.equal(cache.get([name, name]), name);
    void cache.invalidateTags([name]);
    assert.equal(cache.get([name, name]), undefined);
  }
});

test('[CACHE-23] the counts add up', async () => {
  const { cache } = createStill({ maxEntries: 2 });
  const reads = [cache.getOrSet('a', async () => 1), cache.getOrSet('a', async () => 1)];
  await Promise.all(reads);
  assert.equal(
    cache.getOrSet('a', () => 2),
    1,
  );
  cache.get('b');
  await assert.rejects(async () => await cache.getOrSet('c', () => Promise.reject(new Error('no'))));
  for (const key of ['x', 'y']) void cache.set(key, 1, { tags: ['t'] });
  const doomed = cache.getOrSet('z', async () => 1, { tags: ['t'] });
  void cache.invalidateTags(['t']);
  await doomed;
  const { hits, misses, loads, joins, failures, evictions, invalidations, entries, loading } = cache.stats();
  assert.deepEqual({ hits, misses, loads, joins, failures }, { hits: 1, misses: 5, loads: 3, joins: 1, failures: 1 });
  assert.deepEqual(
    { evictions, invalidations, entries, loading },
    { evictions: 1, invalidations: 3, entries: 0, loading: 0 },
  );
});
