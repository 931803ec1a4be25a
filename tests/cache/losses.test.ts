import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { startOwnRedis } from '@millrace/scripts/services';
import type { Cache, CacheStats } from 'millrace/cache';
import type { RedisDriver } from 'millrace/redis';
import { createFaultProxy } from 'millrace/testing';
import { STANDALONE } from '../redis/drivers.ts';
import { tell } from './drills/admin.ts';
import { makeNode, newName, openNode, until, untilShared } from './sharing-caches.ts';

/* What a server can lose of the log and of the values, done to a real one. No answer may be older for it. */

const driverOf = STANDALONE['node-redis']!;
const server = await startOwnRedis({ settings: ['enable-debug-command yes'] });
const url = server?.url ?? '';
const options = { skip: server === undefined && 'no redis-server or valkey-server on the PATH' };
const open = (): RedisDriver => driverOf(url);
const never = () => assert.fail('loaded again');

/** One that invalidates and one that reads, both of which have the row as it was. */
async function openPair(t: TestContext): Promise<{ writer: Cache; reader: Cache; driver: RedisDriver; name: string }> {
  const name = newName();
  const driver = open();
  const writer = await openNode(t, driver, { name });
  await writer.getOrSet('row', async () => 'old', { tags: ['t'] });
  await untilShared(writer, driver, 'row');
  const reader = await openNode(t, open(), { name });
  assert.equal(await reader.getOrSet('row', never, { tags: ['t'] }), 'old');
  return { writer, reader, driver, name };
}

for (const [what, suffix] of [
  ['what the log says of itself', 'meta'],
  ['the log', 'log'],
  ['the tags', 'tags'],
] as const) {
  test(
    `[CACHE-507] when ${what} is evicted, what is older than the last invalidation is believed by nobody`,
    options,
    async (t) => {
      const { writer, reader, name } = await openPair(t);
      await writer.getOrSet('other', async () => 'other');
      await writer.invalidateTags(['t']);
      await tell(url, 'DEL', `mr:{${name}}:${suffix}`);
      await writer.delete('elsewhere');
      await until('the reader has heard', () => reader.get('row') === undefined);
      for (const cache of [writer, reader, await openNode(t, open(), { name })]) {
        assert.equal(await cache.getOrSet('row', async () => 'new', { tags: ['t'] }), 'new');
      }
    },
  );
}

test('[CACHE-507] the log evicted before the reader has read it costs the reader its trust', options, async (t) => {
  const { writer, reader, name } = await openPair(t);
  const { resets } = reader.stats();
  const gap = [`mr:{${name}}:meta`, `mr:{${name}}:log`] as const;
  // An entry that is gone before anybody could read it.
  await tell(url, 'EVAL', `redis.call('HINCRBY', KEYS[1], 'pos', 3) redis.call('DEL', KEYS[2])`, '2', ...gap);
  await until('it is noticed', () => reader.stats().resets > resets && writer.stats().resets > 0);
  assert.equal(await reader.getOrSet('row', async () => 'new', { tags: ['t'] }), 'new');
});

test('[CACHE-507] a reader that was away while the log was trimmed believes nothing older', options, async (t) => {
  const name = newName();
  const tier = { maxLogEntries: 100 };
  const { hostname, port } = new URL(url);
  const proxy = await createFaultProxy({ target: { host: hostname, port: Number(port) } });
  t.after(() => proxy.close());
  const behind = new URL(url);
  behind.port = String(proxy.port);
  const writer = await openNode(t, open(), { name, tier });
  const reader = await openNode(t, driverOf(behind.href), { name, tier });
  for (const key of ['row', 'other']) await reader.getOrSet(key, async () => 'old');
  proxy.set({ refuse: true });
  proxy.resetAll();
  await writer.delete('row');
  for (let index = 0; index < 500; index += 100) {
    await Promise.all(Array.from({ length: 100 }, (_, each) => writer.delete(`${index + each}`)));
  }
  const { resets } = reader.stats();
  proxy.clear();
  await until('it follows again', () => reader.stats().shared === 'used');
  assert.equal(reader.stats().resets, resets + 1);
  assert.equal(await reader.getOrSet('row', async () => 'new'), 'new');
});

test(
  '[CACHE-504] a server that takes another replication id is shared on, and what is older is not believed',
  options,
  async (t) => {
    const { writer, reader, driver } = await openPair(t);
    await tell(url, 'DEBUG', 'CHANGE-REPL-ID');
    await writer.delete('elsewhere'); // By this the writer notices; the reader only reads.
    const hasNoticed = ({ resets, shared }: CacheStats): boolean => resets > 1 && shared === 'used';
    await until('both have noticed', () => [writer, reader].every((cache) => hasNoticed(cache.stats())));
    assert.equal(await writer.getOrSet('row', async () => 'new', { tags: ['t'] }), 'new');
    await untilShared(writer, driver, 'row');
    assert.equal(await reader.getOrSet('row', never, { tags: ['t'] }), 'new');
  },
);

test(
  '[CACHE-508] a server that comes back with old data revives no value, though its log goes on with numbers that were used',
  options,
  async (t) => {
    const own = await startOwnRedis();
    assert.ok(own !== undefined);
    t.after(() => own.close());
    const name = newName();
    const openOwn = (): RedisDriver => driverOf(own.url);
    const driver = openOwn();
    const writer = await openNode(t, driver, { name });
    const reader = await openNode(t, openOwn(), { name });
    for (const key of ['row', 'tagged']) await writer.getOrSet(key, async () => 'old', { tags: [`t${key}`] });
    for (const key of ['row', 'tagged']) await untilShared(writer, driver, key);
    for (const key of ['row', 'tagged']) await reader.getOrSet(key, never, { tags: [`t${key}`] });
    await writer.delete('before');
    await tell(own.url, 'SAVE');
    await writer.delete('row');
    await writer.invalidateTags(['ttagged']);
    await until('the reader has heard', () => reader.get('row') === undefined && reader.get('tagged') === undefined);
    await own.kill();
    await own.start();
    for (const key of ['row', 'tagged']) assert.equal(await tell(own.url, 'EXISTS', `${name}@1:${key}`), 1);
    await until('both follow again', () => [writer, reader].every((cache) => cache.stats().shared === 'used'));
    await writer.delete('a'); // Takes the numbers that `row` and the tag had.
    await writer.delete('b');
    for (const cache of [writer, reader, await openNode(t, openOwn(), { name })]) {
      for (const key of ['row', 'tagged']) {
        assert.equal(await cache.getOrSet(key, async () => 'new', { tags: [`t${key}`] }), 'new');
      }
    }
  },
);

test(
  '[CACHE-533] after a cut what was invalidated meanwhile is gone before the log is followed again, and the rest is kept',
  options,
  async (t) => {
    const name = newName();
    const { hostname, port } = new URL(url);
    const proxy = await createFaultProxy({ target: { host: hostname, port: Number(port) } });
    t.after(() => proxy.close());
    const behind = new URL(url);
    behind.port = String(proxy.port);
    const writer = await openNode(t, open(), { name });
    const reader = await openNode(t, driverOf(behind.href), { name });
    const keys = Array.from({ length: 100 }, (_, index) => `${index}`);
    for (const key of keys) await reader.getOrSet(key, async () => 'old', { tags: [`t${key}`] });
    proxy.set({ refuse: true });
    proxy.resetAll();
    await until('it is cut off', () => reader.stats().shared === 'away');
    await writer.delete('1');
    await writer.invalidateTags(['t2']);
    assert.deepEqual([reader.get('1'), reader.get('2')], ['old', 'old']); // Within `maxStalenessMs` that is what was promised.
    const { resets } = reader.stats();
    proxy.clear();
    await until('it follows again', () => reader.stats().shared === 'used');
    const kept = keys.filter((key) => reader.get(key) === 'old');
    assert.deepEqual(
      kept,
      keys.filter((key) => key !== '1' && key !== '2'),
    );
    assert.equal(reader.stats().resets, resets);
  },
);

test('[CACHE-512] a log that another server answers for is not followed', options, async (t) => {
  const own = await startOwnRedis();
  assert.ok(own !== undefined);
  t.after(() => own.close());
  const driver = open();
  let isApart = true;
  const apart: RedisDriver = Object.create(driver, {
    ready: { get: () => driver.ready },
    session: { get: () => driver.session },
    duplicate: { value: () => (isApart ? driverOf(own.url) : driver.duplicate()) },
  });
  for (const name of ['evaluate', 'command', 'get', 'subscribe', 'unlink', 'connected', 'close'] as const) {
    Object.defineProperty(apart, name, { value: driver[name].bind(driver) });
  }
  await driver.connected({ timeoutMs: 5_000 });
  const cache = makeNode(t, apart, { name: newName() });
  t.after(() => driver.close());
  for (let tries = 0; tries < 50; tries++) {
    assert.equal(cache.stats().shared, 'away');
    await sleep(5);
  }
  isApart = false;
  await until('it follows', () => cache.stats().shared === 'used');
});
