import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type Cache, createCacheAdmin } from 'millrace/cache';
import type { RedisDriver } from 'millrace/redis';
import { STANDALONE } from '../redis/drivers.ts';
import { openNodes, until } from './nodes.ts';

interface Opened {
  readonly nodes: readonly Cache[];
  readonly driver: RedisDriver;
}

/** Two processes of one cache, and a driver to look with. */
async function open(t: TestContext, driverOf: (url: string) => RedisDriver): Promise<Opened | undefined> {
  const drivers: RedisDriver[] = [];
  const nodes = await openNodes(t, (url) => {
    const driver = driverOf(url);
    drivers.push(driver);
    return driver;
  });
  const [driver] = drivers;
  return driver && { nodes, driver };
}

async function namesIn(driver: RedisDriver, name: string): Promise<readonly string[]> {
  const found = new Set<string>();
  for await (const batch of driver.scan(`${name}*`)) for (const one of batch) found.add(one);
  return [...found].sort();
}

for (const [client, driverOf] of Object.entries(STANDALONE)) {
  test(`[CACHE-431, CACHE-434] a clear by pattern counts in every process, in Redis and in flight (${client})`, async (t) => {
    const opened = await open(t, driverOf);
    if (opened === undefined) return;
    const { driver, nodes } = opened;
    const [a, b] = nodes as [Cache, Cache];
    const { name } = a;
    let version = 'old';
    const read = async (cache: Cache, id: number | string): Promise<unknown> =>
      cache.getOrSet(['user[*]', id], async () => version);
    for (const id of [1, 2, 'x{y}%:z']) assert.deepEqual([await read(a, id), await read(b, id)], ['old', 'old']);
    await driver.set(`${name}@home:user[*]:1`, Buffer.from('not ours'), 60_000);
    await until(() => a.stats().loading + b.stats().loading === 0);
    const { promise: gone, resolve: go } = Promise.withResolvers<string>();
    const slow = b.getOrSet(['user[*]', 'slow'], () => gone); // b reads the old row, and holds the lease.
    version = 'new';
    const admin = createCacheAdmin({ caches: [a], driver });
    const { caches } = await admin.clear({ pattern: 'user[\\*]:*' });
    const { removed, removal, acknowledged, dropped } = caches[0]!;
    assert.deepEqual([acknowledged, dropped, removed, removal], [true, 3, 3, 'complete']);
    assert.deepEqual(await namesIn(driver, `${name}@`), [`${name}@home:user[*]:1`]);
    go('old');
    assert.equal(await slow, 'old'); // Who came before.
    await until(() => b.stats().entries === 0);
    for (const id of ['slow', 1, 2, 'x{y}%:z'])
      assert.deepEqual([await read(a, id), await read(b, id)], ['new', 'new']);
    await driver.unlink([`${name}@home:user[*]:1`]);
  });

  test(`[CACHE-433] a clear within bounds leaves what counts no more, and the next one goes on (${client})`, async (t) => {
    const opened = await open(t, driverOf);
    if (opened === undefined) return;
    const { driver, nodes } = opened;
    const [a, b] = nodes as [Cache, Cache];
    const long = 'x'.repeat(300);
    for (const id of [1, 2, 3, long]) await a.getOrSet(['row', id], () => 'old');
    await until(() => a.stats().loading === 0);
    const before = await namesIn(driver, a.name);
    const admin = createCacheAdmin({ caches: [a], driver });
    const clear = async (maxKeys: number): Promise<unknown> => {
      const { caches } = await admin.clear({ namespace: a.name }, { maxKeys });
      return [caches[0]?.removed, caches[0]?.removal];
    };
    assert.deepEqual(await clear(2), [2, 'bounded']);
    assert.equal((await namesIn(driver, a.name)).length, before.length - 2);
    for (const id of [1, 2, 3, long]) assert.equal(await b.getOrSet(['row', id], async () => 'new'), 'new');
    await until(() => b.stats().loading === 0);
    const [removed, removal] = (await clear(100)) as [number, string];
    assert.deepEqual([removed, removal], [4, 'complete']);
    assert.deepEqual(await namesIn(driver, a.name), []);
    assert.equal(await b.getOrSet(['row', 1], async () => 'newer'), b.get(['row', 1])); // The log is still followed.
  });
}
