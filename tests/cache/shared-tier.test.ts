import { suite } from 'node:test';
import { testRedis } from '@millrace/scripts/services';
import { createRedisTier, createValueCodec } from 'millrace/cache';
import { sharedTierSuite } from 'millrace/testing';
import { STANDALONE } from '../redis/drivers.ts';

/** As short as the suite can do with. */
const LEASE_MS = 300;

const url = await testRedis();

suite('[CACHE-375] the tier in Redis', { skip: url === undefined && 'no Redis' }, () => {
  if (url === undefined) return;
  for (const [client, driverOf] of Object.entries(STANDALONE)) {
    sharedTierSuite({
      name: client,
      open: async () => {
        const driver = driverOf(url);
        await driver.connected({ timeoutMs: 5_000 });
        const codec = createValueCodec({ schemaVersion: 1 });
        const tier = createRedisTier({ driver, codec, leaseMs: LEASE_MS, timeoutMs: 1_000 });
        return { tier, close: () => driver.close() };
      },
    });
  }
});
