import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import type { RedisDriver } from '../../redis/index.ts';
import { createFakeClock } from '../../testing/index.ts';
import { createCache, createCacheAdmin, createWarmUp, type SharedTier } from '../index.ts';

test('[CACHE-433] a clear by pattern, tag or namespace says what it dropped in each cache', async () => {
  await using users = createCache({ name: 'users' });
  await using stats = createCache({ name: 'stats' });
  const admin = createCacheAdmin({ caches: [users, stats] });
  const fill = async (): Promise<void> => {
    for (const cache of [users, stats, users.namespace('team')])
      for (const id of [1, 2]) await cache.set(['user', id], id, { tags: [`user:${id}`] });
  };
  const dropped = async (target: Parameters<typeof admin.clear>[0]): Promise<unknown> => {
    await fill();
    const { caches } = await admin.clear(target);
    for (const { acknowledged, removed, removal } of caches)
      assert.deepEqual([acknowledged, removed, removal], [true, 0, 'none']);
    return Object.fromEntries(caches.map((one) => [one.cache, one.dropped]));
  };
  assert.deepEqual(await dropped({ pattern: 'user:1' }), { users: 1, stats: 1 });
  assert.deepEqual(await dropped({ pattern: '*user:1' }), { users: 2, stats: 1 });
  assert.deepEqual(await dropped({ tag: 'user:2' }), { users: 2, stats: 1 });
  assert.deepEqual(await dropped({ namespace: 'users/team' }), { users: 2 });
  assert.deepEqual(await dropped({ namespace: 'users' }), { users: 4 });
  assert.deepEqual([users.stats().entries, stats.stats().entries], [0, 2]);
});

test('[CACHE-435] what cannot be meant is refused before anything is done', async () => {
  await using cache = createCache({ name: 'users' });
  await cache.set('a', 1);
  const admin = createCacheAdmin({ caches: [cache] });
  const wrong: [target: object, bounds?: object][] = [
    [{}],
    [{ pattern: '*', tag: 'a' }],
    [{ pattern: '' }],
    [{ tag: '' }],
    [{ namespace: 'users/a b' }],
    [{ pattern: '*' }, { maxKeys: 0 }],
    [{ pattern: '*' }, { deadlineMs: Infinity }],
  ];
  for (const [target, bounds] of wrong)
    await assert.rejects(
      admin.clear(target as never, bounds),
      { code: 'MILLRACE_CACHE_OPTION_INVALID' },
      JSON.stringify(target),
    );
  await assert.rejects(admin.clear({ namespace: 'nobody' }), { code: 'MILLRACE_CACHE_UNKNOWN', status: 404 });
  await assert.rejects(admin.clear({ pattern: '*' }, { most: 1 } as never), { code: 'MILLRACE_CORE_OPTION_UNKNOWN' });
  await assert.rejects(admin.warmUp(['none']), { code: 'MILLRACE_CACHE_OPTION_INVALID' });
  assert.throws(() => createCacheAdmin({ caches: [cache, cache] }), { code: 'MILLRACE_CACHE_OPTION_INVALID' });
  assert.equal(cache.get('a'), 1);
});

/** A tier that has nothing and acknowledges at once. */
const QUIET_TIER: SharedTier = {
  maxStalenessMs: 5_000,
  invalidateTimeoutMs: 1_000,
  maxTags: 100,
  renewMs: 1_000,
  open: () => ({
    store: {
      ready: true,
      find: async () => undefined,
      findMany: async (keys) => keys.map(() => undefined),
      take: async () => ({ kind: 'alone', forMs: 1 }),
      renew: async () => false,
      fill: async () => false,
      release: async () => {},
      remove: async () => {},
      close: async () => {},
    },
    log: {
      waitMs: 10,
      valuesApart: false,
      open: async () => ({ epoch: 'one', position: 0, horizon: 0 }),
      state: async () => ({ epoch: 'one', position: 0, horizon: 0 }),
      session: () => 1,
      read: () => new Promise(() => {}),
      tagsAfter: async () => [],
      append: async (entries) => ({ epoch: 'one', position: entries.length, horizon: 0 }),
      close: async () => {},
    },
  }),
};

/** A Redis of so many batches of names, that notes what is asked of it. */
function fakeRedis(
  batches: readonly (readonly string[])[],
  atBatch: () => unknown = () => {},
): RedisDriver & { readonly asked: string[] } {
  const asked: string[] = [];
  const driver = {
    asked,
    async *scan(pattern: string) {
      asked.push(`SCAN ${pattern}`);
      for (const batch of batches) {
        await atBatch();
        yield batch;
      }
    },
    unlink: async (names: readonly string[]) => {
      if (names.length > 0) asked.push(`UNLINK ${names.join(' ')}`);
      return names.length;
    },
  };
  return driver as unknown as RedisDriver & { readonly asked: string[] };
}

const NAMES = [
  ['users@1::user:#1:keys', 'users@1::user:#2:keys', 'users@home:user:1:keys'],
  [],
  ['users@2:user:1:keys', 'users@1:%25/team/:user:#1:keys'],
];

test('[CACHE-434] only what is named is removed, in all versions, whatever else the server finds', async () => {
  await using cache = createCache({ name: 'users', shared: QUIET_TIER });
  const cleared = async (target: { pattern: string } | { namespace: string }, names = NAMES): Promise<unknown> => {
    const driver = fakeRedis(names);
    const { caches } = await createCacheAdmin({ caches: [cache], driver }).clear(target);
    return [driver.asked, caches[0]?.removed, caches[0]?.removal];
  };
  assert.deepEqual(await cleared({ pattern: 'user:1:*' }), [
    ['SCAN users@*:*user*1*', 'UNLINK users@1::user:#1:keys', 'UNLINK users@2:user:1:keys'],
    2,
    'complete',
  ]);
  assert.deepEqual(await cleared({ namespace: 'users/team' }), [
    ['SCAN users@*:*team*', 'UNLINK users@1:%25/team/:user:#1:keys'],
    1,
    'complete',
  ]);
  const hashed = `users:sha256:${'a'.repeat(43)}`;
  assert.deepEqual(await cleared({ namespace: 'users' }, [['users@1:a', hashed, 'users:sha256:other', 'users@x:b']]), [
    ['SCAN users@*:*', 'UNLINK users@1:a', 'SCAN users:sha256:*', `UNLINK ${hashed}`],
    2,
    'complete',
  ]);
});

test('[CACHE-433] removal ends at most keys and at its deadline, and says so', async () => {
  const clock = createFakeClock();
  await using cache = createCache({ name: 'users', shared: QUIET_TIER, clock });
  const clear = async (driver: RedisDriver, bounds: object): Promise<unknown> => {
    const { caches } = await createCacheAdmin({ caches: [cache], driver, clock }).clear({ pattern: '*' }, bounds);
    return [caches[0]?.acknowledged, caches[0]?.removed, caches[0]?.removal];
  };
  const driver = fakeRedis(NAMES);
  assert.deepEqual(await clear(driver, { maxKeys: 1 }), [true, 1, 'bounded']);
  assert.deepEqual(driver.asked.slice(1), ['UNLINK users@1::user:#1:keys']);
  assert.deepEqual(
    await clear(
      fakeRedis(NAMES, () => clock.advance(60)),
      { deadlineMs: 100 },
    ),
    [true, 2, 'bounded'],
  );
  const down = {
    ...fakeRedis([]),
    scan: () => {
      throw new Error('away');
    },
  } as unknown as RedisDriver;
  assert.deepEqual(await clear(down, {}), [true, 0, 'failed']);
});

test('[CACHE-436] figures are plain data, by tier and by key pattern', async () => {
  await using cache = createCache({ name: 'users' });
  const admin = createCacheAdmin({ caches: [cache] });
  assert.equal(admin.statistics()[0]?.hitRatio, null);
  for (const id of [1, 1, 1, 2]) await cache.getOrSet(['user', id], () => id);
  await cache.getOrSet('lone', () => null);
  const [report] = admin.statistics();
  assert.deepEqual(JSON.parse(JSON.stringify(report)), report);
  assert.deepEqual(
    [report?.name, report?.reads, report?.memoryHits, report?.misses, report?.hitRatio, report?.origin.loads],
    ['users', 5, 2, 3, 0.4, 3],
  );
  assert.deepEqual([report?.memory.entries, report?.shared.state, report?.shared.stalenessMs], [3, 'none', 0]);
  assert.deepEqual(
    Object.entries(report?.patterns ?? {}).map(([pattern, { reads, hitRatio }]) => [pattern, reads, hitRatio]),
    [
      ['user:*', 4, 0.5],
      ['*', 1, 0],
    ].sort(),
  );
});

test('[CACHE-436] before the log was first reached its age is null', async () => {
  await using cache = createCache({
    name: 'users',
    shared: {
      ...QUIET_TIER,
      open: (needs) => {
        const { store, log } = QUIET_TIER.open(needs);
        return { store, log: { ...log, open: () => Promise.reject(new Error('away')) } };
      },
    },
  });
  const [report] = createCacheAdmin({ caches: [cache] }).statistics();
  assert.deepEqual([report?.shared.state, report?.shared.stalenessMs], ['away', null]);
});

test('[CACHE-437] warm-ups are run by name, one after the other', async () => {
  await using cache = createCache({ name: 'users' });
  let running = 0;
  const load = async (): Promise<number> => {
    assert.equal(++running, 1);
    await Promise.resolve();
    running--;
    return 1;
  };
  await using first = createWarmUp({ cache, keys: ['a'], load });
  await using second = createWarmUp({ cache, keys: ['b', 'a'], load, concurrency: 1 });
  const admin = createCacheAdmin({ caches: [cache], warmUps: { first, second } });
  const only = await admin.warmUp(['first']);
  assert.deepEqual([Object.keys(only), only.first?.brought], [['first'], 1]);
  const all = await admin.warmUp();
  assert.deepEqual([all.first?.held, all.second?.brought, all.second?.held], [1, 1, 1]);
});
