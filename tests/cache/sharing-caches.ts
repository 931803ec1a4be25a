import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Cache,
  type CacheOptions,
  createCache,
  createRedisTier,
  createValueCodec,
  type RedisTierOptions,
} from 'millrace/cache';
import type { RedisDriver } from 'millrace/redis';

/** A name that no other test has. */
export function newName(): string {
  return `test-${randomBytes(6).toString('hex')}`;
}

/** What a cache of a test has of its own. */
export interface NodeOptions {
  readonly name: string;
  readonly tier?: Partial<RedisTierOptions>;
  readonly cache?: Partial<CacheOptions>;
}

/**
 * A cache as in a process of its own, with a driver, a log and a memory of its own, that follows its log. The machine may be
 * busy, so it waits longer for Redis than a service would.
 */
export async function openNode(t: TestContext, driver: RedisDriver, options: NodeOptions): Promise<Cache> {
  t.after(() => driver.close());
  await driver.connected({ timeoutMs: 10_000 });
  const cache = makeNode(t, driver, options);
  await until('it follows its log', () => cache.stats().shared === 'used');
  return cache;
}

/** The same, whatever becomes of its log. */
export function makeNode(t: TestContext, driver: RedisDriver, { name, tier, cache: own }: NodeOptions): Cache {
  const codec = createValueCodec({ schemaVersion: 1 });
  const shared = createRedisTier({ driver, codec, timeoutMs: 1_000, ...tier });
  const cache = createCache({ name, ttlMs: 60_000, ttlJitter: 0, shared, ...own });
  t.after(() => cache.close());
  return cache;
}

/** Several of them. */
export function openNodes(
  t: TestContext,
  count: number,
  driverOf: () => RedisDriver,
  options: NodeOptions,
): Promise<Cache[]> {
  return Promise.all(Array.from({ length: count }, () => openNode(t, driverOf(), options)));
}

/** Waits for something that takes its time. */
export async function until(what: string, isSo: () => boolean | Promise<boolean>, ms = 10_000): Promise<void> {
  const end = performance.now() + ms;
  while (!(await isSo())) {
    assert.ok(performance.now() < end, `not within ${ms} ms: ${what}`);
    await sleep(5);
  }
}

/** Until what was loaded is where others find it: nobody waits for that but `close`. */
export async function untilShared(cache: Cache, driver: RedisDriver, key: string, version = 1): Promise<void> {
  const name = `${cache.name}@${version}:${key}`;
  await until(`${key} is shared`, async () => (await driver.get(name)) !== null);
}
