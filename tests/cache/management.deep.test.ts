import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { suite, test } from 'node:test';
import { startRedisCluster } from '@millrace/scripts/services';
import { createCache, createCacheAdmin, createRedisTier, createValueCodec } from 'millrace/cache';
import { CLUSTER } from '../redis/drivers.ts';
import { until } from './nodes.ts';

const cluster = await startRedisCluster();
const ROWS = 60;

suite('in a Cluster', { skip: cluster === undefined && 'no redis-server or valkey-server on the PATH' }, () => {
  if (cluster === undefined) return;
  for (const [client, open] of Object.entries(CLUSTER)) {
    test(`[CACHE-434] a clear by pattern removes from every primary (${client})`, async () => {
      const driver = open(cluster);
      await driver.connected({ timeoutMs: 10_000 });
      const shared = createRedisTier({ driver, codec: createValueCodec({ schemaVersion: 1 }), timeoutMs: 1_000 });
      const cache = createCache({ name: `test-${randomBytes(6).toString('hex')}`, shared });
      await until(() => cache.stats().shared === 'used');
      for (let row = 0; row < ROWS; row++) await cache.getOrSet(['row', row], () => row);
      await cache.getOrSet(['other', 1], () => 'stays');
      await until(() => cache.stats().loading === 0);
      const admin = createCacheAdmin({ caches: [cache], driver });
      const { caches } = await admin.clear({ pattern: 'row:*' });
      const { acknowledged, dropped, removed, removal } = caches[0]!;
      assert.deepEqual([acknowledged, dropped, removed, removal], [true, ROWS, ROWS, 'complete']);
      assert.equal(cache.get(['other', 1]), 'stays');
      assert.equal(await cache.getOrSet(['row', 1], async () => 'new'), 'new');
      await cache.close();
      await driver.close();
    });
  }
});
