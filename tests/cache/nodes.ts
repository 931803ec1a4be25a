import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { testRedis } from '@millrace/scripts/services';
import { type Cache, createCache, createRedisTier, createValueCodec } from 'millrace/cache';
import type { RedisDriver } from 'millrace/redis';

export const NODES = 3;

/** Caches of one name, each as in a process of its own: with a driver, a log and a memory of its own. */
export async function openNodes(t: TestContext, driverOf: (url: string) => RedisDriver): Promise<readonly Cache[]> {
  const url = await testRedis();
  if (url === undefined) {
    t.skip('no Redis');
    return [];
  }
  const name = `test-${randomBytes(6).toString('hex')}`;
  const nodes = await Promise.all(
    Array.from({ length: NODES }, async () => {
      const driver = driverOf(url);
      await driver.connected({ timeoutMs: 5_000 });
      const shared = createRedisTier({ driver, codec: createValueCodec({ schemaVersion: 1 }), timeoutMs: 1_000 });
      const cache = createCache({ name, ttlMs: 60_000, shared });
      t.after(async () => {
        await cache.close();
        await driver.close();
      });
      return cache;
    }),
  );
  await until(() => nodes.every((node) => node.stats().shared === 'used'));
  return nodes;
}

/** Until it is so, or so long that it will not be. */
export async function until(isSo: () => boolean): Promise<void> {
  for (let tries = 0; !isSo(); tries++) {
    assert.ok(tries < 500, 'it never came about');
    await sleep(10);
  }
}
