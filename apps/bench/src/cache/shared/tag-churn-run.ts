import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from '@redis/client';
import { createCache, createRedisTier, createValueCodec } from 'millrace/cache';
import { createNodeRedisDriver } from 'millrace/redis';
import { startRedis } from '../../own-redis.ts';

/*
 * Values with a tag of their own each, invalidated by it, a million of them. Says how Redis's memory and the heap compare,
 * two TTLs later, with what they were when the log was full for the first time.
 */

const TAGS = 1_000_000;
const FULL = 200_000;
const TTL_MS = 5_000;
const AT_ONCE = 500;

await using redis = await startRedis();
const client = createClient({ url: redis.url });
await client.connect();
await using driver = createNodeRedisDriver({ client: createClient({ url: redis.url }) });
const shared = createRedisTier({
  driver,
  codec: createValueCodec({ schemaVersion: 1 }),
  timeoutMs: 10_000,
  invalidateTimeoutMs: 60_000,
});
await using cache = createCache({ name: 'bench', maxEntries: 10_000, ttlMs: TTL_MS, shared });
while (cache.stats().shared !== 'used') await sleep(5);

async function memoryOfRedis(): Promise<number> {
  return Number(/used_memory:(\d+)/.exec(await client.info('memory'))?.[1]);
}

function heap(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}

async function churn(from: number, to: number): Promise<void> {
  for (let at = from; at < to; at += AT_ONCE) {
    const tags = Array.from({ length: Math.min(AT_ONCE, to - at) }, (_, index) => `tag:${at + index}`);
    await Promise.all(tags.map(async (tag) => cache.getOrSet(tag, async () => ({ tag }), { tags: [tag] })));
    await cache.invalidateTags(tags);
  }
  await sleep(2 * TTL_MS);
}

await churn(0, FULL);
const before = { memory: await memoryOfRedis(), heap: heap() };
await churn(FULL, TAGS);
const after = { memory: await memoryOfRedis(), heap: heap() };
client.destroy();
console.log(JSON.stringify({ memory: after.memory / before.memory, heap: after.heap / before.heap }));
