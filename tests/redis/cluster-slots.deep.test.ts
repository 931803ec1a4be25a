import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type RedisCluster, startRedisCluster } from '@millrace/scripts/services';
import { createClient } from '@redis/client';
import { CLUSTER } from './drivers.ts';

type Ask = (node: number, ...words: string[]) => Promise<unknown>;

/** Speaks to single nodes. */
async function withNodes(
  cluster: RedisCluster,
  work: (ask: Ask, ids: readonly string[]) => Promise<void>,
): Promise<void> {
  const clients = cluster.primaries.map(({ url }) => createClient({ url }).on('error', () => {}));
  await Promise.all(clients.map((client) => client.connect()));
  try {
    const ask: Ask = async (node, ...words) => clients[node]?.sendCommand(words);
    const ids = await Promise.all(clients.map(async (_, node) => String(await ask(node, 'CLUSTER', 'MYID'))));
    await work(ask, ids);
  } finally {
    for (const client of clients) client.destroy();
  }
}

for (const [client, open] of Object.entries(CLUSTER)) {
  test(`[REDIS-7] ${client}: a key is found while its slot is moved, and after`, async (t) => {
    await using cluster = await startRedisCluster();
    if (cluster === undefined) return t.skip('no redis-server or valkey-server on the PATH');
    await using driver = open(cluster);
    await driver.connected({ timeoutMs: 10_000 });
    const key = '{moved}key';
    await driver.set(key, Buffer.from('x'), 60_000);
    await withNodes(cluster, async (ask, ids) => {
      const slot = String(await ask(0, 'CLUSTER', 'KEYSLOT', key));
      const owners = await Promise.all(ids.map((_, node) => ask(node, 'CLUSTER', 'COUNTKEYSINSLOT', slot)));
      const from = owners.indexOf(1);
      const to = (from + 1) % ids.length;
      await ask(to, 'CLUSTER', 'SETSLOT', slot, 'IMPORTING', ids[from] ?? '');
      await ask(from, 'CLUSTER', 'SETSLOT', slot, 'MIGRATING', ids[to] ?? '');
      await ask(from, 'DEL', key); // As if it had gone ahead: whoever asks for it is told to ask the other (ASK).
      await driver.set(key, Buffer.from('y'), 60_000);
      assert.equal(String(await driver.get(key)), 'y');
      assert.equal(await ask(to, 'CLUSTER', 'COUNTKEYSINSLOT', slot), 1);
      for (const node of [to, from]) await ask(node, 'CLUSTER', 'SETSLOT', slot, 'NODE', ids[to] ?? '');
      assert.equal(String(await driver.get(key)), 'y'); // MOVED
    });
  });
}
