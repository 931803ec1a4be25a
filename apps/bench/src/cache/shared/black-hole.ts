import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from '@redis/client';
import { createCache, createRedisTier, createValueCodec } from 'millrace/cache';
import { createNodeRedisDriver } from 'millrace/redis';
import { createFaultProxy } from 'millrace/testing';
import { type Measurement, overRounds } from '../../measurement.ts';
import { startRedis } from '../../own-redis.ts';
import { percentile } from '../../percentile.ts';

const FIRST = 5;
const MISSES = 1_000;

/** What misses wait for a Redis that has fallen silent, one after the other, with an origin that answers at once. */
export async function measureBlackHole(rounds: number): Promise<Measurement[]> {
  const [first, later]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    const waitsMs = await missesInSilence();
    first.push(Math.max(...waitsMs.slice(0, FIRST)));
    later.push(percentile(waitsMs.slice(FIRST), 0.99));
  }
  return [overRounds('cache.shared.black-hole.first', first), overRounds('cache.shared.black-hole.p99', later)];
}

async function missesInSilence(): Promise<number[]> {
  await using redis = await startRedis();
  await using proxy = await createFaultProxy({ target: { host: '127.0.0.1', port: redis.port } });
  const behind = new URL(redis.url);
  behind.port = String(proxy.port);
  await using driver = createNodeRedisDriver({ client: createClient({ url: behind.href }) });
  const shared = createRedisTier({ driver, codec: createValueCodec({ schemaVersion: 1 }) });
  await using cache = createCache({ name: 'bench', maxEntries: MISSES, shared });
  while (cache.stats().shared !== 'used') await sleep(5);
  for (let warm = 0; warm < 200; warm++) await cache.getOrSet(`warm${warm}`, async () => warm);
  await sleep(50);
  proxy.set({ halfOpen: true });
  const waitsMs: number[] = [];
  for (let miss = 0; miss < FIRST + MISSES; miss++) {
    const began = performance.now();
    await cache.getOrSet(`miss${miss}`, async () => miss);
    waitsMs.push(performance.now() - began);
  }
  return waitsMs;
}
