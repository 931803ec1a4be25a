import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type RedisServer, startRedis } from '@millrace/scripts/services';
import { BasicClientSideCache, createClient } from '@redis/client';
import { createCache } from 'millrace/cache';
import { openMillrace } from './redis-nodes.ts';

/* The cache that node-redis has on the client's side, beside ours. The Redis is one of their own, for it is flushed. */

const { REDIS_URL: _, ...environment } = process.env;
const MAX_ENTRIES = 100;
const KEYS = 5_000;

let redis: RedisServer | undefined;
before(async () => {
  redis = await startRedis({ environment });
});
after(() => redis?.close());

/** A client with a cache on its side, and one without. */
async function openClients(url: string) {
  const cache = new BasicClientSideCache({ ttl: 0, maxEntries: MAX_ENTRIES, evictPolicy: 'LRU' });
  const reader = createClient({ url, RESP: 3, clientSideCache: cache });
  const writer = createClient({ url });
  for (const client of [reader, writer]) await client.connect();
  return {
    ...{ cache, reader, writer },
    [Symbol.dispose]() {
      for (const client of [reader, writer]) client.destroy();
    },
  };
}

test('[BENCH-24] node-redis: an entry that was evicted stays in the index of keys', async (t) => {
  if (redis === undefined) return t.skip('no Redis');
  using clients = await openClients(redis.url);
  await Promise.all(Array.from({ length: KEYS }, (_, key) => clients.reader.get(`key:${key}`)));
  assert.equal(clients.cache.size(), MAX_ENTRIES);
  assert.equal([...clients.cache.keySetEntries()].length, KEYS);
});

test('[BENCH-24] millrace: what was evicted leaves neither value nor tag', async () => {
  const cache = createCache({ name: 'rivals', maxEntries: MAX_ENTRIES, maxBytes: 1_000_000, sizeOf: () => 1 });
  for (let key = 0; key < KEYS; key++) await cache.getOrSet(`key:${key}`, () => key, { tags: [`tag:${key}`] });
  const { entries, bytes } = cache.stats();
  assert.deepEqual([entries, bytes], [MAX_ENTRIES, MAX_ENTRIES]);
});

test('[BENCH-24] node-redis: each hit is a copy', async (t) => {
  if (redis === undefined) return t.skip('no Redis');
  using clients = await openClients(redis.url);
  await clients.writer.hSet('row', { name: 'a' });
  const read = [await clients.reader.hGetAll('row'), await clients.reader.hGetAll('row')];
  assert.deepEqual(read[0], read[1]);
  assert.notEqual(read[0], read[1]);
  assert.equal(clients.cache.stats().hitCount, 1);
});

test('[BENCH-24] millrace: each hit is the stored object', async () => {
  const cache = createCache({ name: 'rivals' });
  const read = [await cache.getOrSet('row', () => ({ name: 'a' })), cache.get('row')];
  assert.equal(read[0], read[1]);
});

const MOST_ROUNDS = 3_000;

test('[BENCH-24] node-redis: a read beside a flush keeps what was flushed', async (t) => {
  if (redis === undefined) return t.skip('no Redis');
  using clients = await openClients(redis.url);
  const { reader, writer } = clients;
  let kept: string | null = null;
  for (let round = 0; kept === null && round < MOST_ROUNDS; round++) {
    await writer.set('row', 'old');
    const reading = reader.get('row');
    await writer.flushAll();
    await reading;
    await reader.ping(); // What the server had to say of the flush came before this answer.
    kept = await reader.get('row');
  }
  await sleep(100);
  assert.deepEqual([kept, await reader.get('row')], ['old', 'old']);
});

test('[BENCH-24] millrace: a read beside a clear keeps nothing of before', async (t) => {
  if (redis === undefined) return t.skip('no Redis');
  const { url } = redis;
  await using reader = await openMillrace(url, url);
  await using writer = await openMillrace(url, url);
  for (let round = 0; round < 100; round++) {
    let row = 1;
    const reading = reader.read(`row:${round}`, async () => row);
    row = 2;
    await writer.changed(`row:${round}`, row);
    await reading;
    const seen = async (): Promise<number> => reader.read(`row:${round}`, async () => row);
    for (let tries = 0; (await seen()) !== row; tries++) {
      assert.ok(tries < 200, `round ${round}: the old row is still given`);
      await sleep(5);
    }
  }
});
