import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { testRedis } from '@millrace/scripts/services';
import { createValueCodec } from 'millrace/cache';
import { STANDALONE } from '../redis/drivers.ts';
import { tell } from './drills/admin.ts';
import { newName, openNode, untilShared } from './sharing-caches.ts';

const driverOf = STANDALONE['node-redis']!;
const url = await testRedis();
const options = { skip: url === undefined && 'no Redis' };
const [k1, k2] = [randomBytes(32), randomBytes(32)];

test(
  '[CACHE-181] a value in Redis that was moved to another key, or lies under a lost key, is loaded anew',
  options,
  async (t) => {
    const encryption = { current: 'k1', keys: { k1 } };
    const name = newName();
    const driver = driverOf(url ?? '');
    const writer = await openNode(t, driver, {
      name,
      tier: { codec: createValueCodec({ schemaVersion: 1, encryption }) },
    });
    for (const key of ['mine', 'yours', 'kept']) await writer.getOrSet(key, async () => `secret of ${key}`);
    for (const key of ['mine', 'yours', 'kept']) await untilShared(writer, driver, key);
    const bytes = await driver.get(`${name}@1:yours`);
    assert.doesNotMatch(String(bytes), /secret/);
    await tell(url ?? '', 'COPY', `${name}@1:yours`, `${name}@1:mine`, 'REPLACE');
    const codec = createValueCodec({ schemaVersion: 1, encryption });
    const reader = await openNode(t, driverOf(url ?? ''), { name, tier: { codec } });
    assert.equal(await reader.getOrSet('mine', async () => 'loaded anew'), 'loaded anew');
    assert.equal(codec.stats().readsRefused.key, 1);
    assert.equal(await reader.getOrSet('yours', async () => 'loaded anew'), 'secret of yours');
    // A ring that has the old key reads it; one that has lost it takes it for nothing.
    const rotated = createValueCodec({ schemaVersion: 1, encryption: { current: 'k2', keys: { k1, k2 } } });
    const lost = createValueCodec({ schemaVersion: 1, encryption: { current: 'k2', keys: { k2 } } });
    const young = await openNode(t, driverOf(url ?? ''), { name, tier: { codec: rotated } });
    assert.equal(await young.getOrSet('kept', async () => 'loaded anew'), 'secret of kept');
    const other = await openNode(t, driverOf(url ?? ''), { name, tier: { codec: lost } });
    assert.equal(await other.getOrSet('kept', async () => 'loaded anew'), 'loaded anew');
    assert.equal(lost.stats().readsRefused.encryption, 1);
  },
);
