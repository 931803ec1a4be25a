import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type RedisCluster, startRedisCluster } from '@millrace/scripts/services';
import type { Cache } from 'millrace/cache';
import { CLUSTER } from '../redis/drivers.ts';
import { moveSlot, ownerOf, slotOf } from './cluster-slots.ts';
import { tell } from './drills/admin.ts';
import { Storm } from './drills/storm.ts';
import { newName, openNode, openNodes, until } from './sharing-caches.ts';

const NODES = 3;
const PATIENCE_MS = 30_000;
const MAX_STALENESS_MS = 1_000;
const LONGEST_READ_MS = 4_000;
const TIER = { maxStalenessMs: MAX_STALENESS_MS, timeoutMs: 200 };

async function start(t: TestContext): Promise<RedisCluster | undefined> {
  const cluster = await startRedisCluster();
  if (cluster === undefined) t.skip('no redis-server or valkey-server on the PATH');
  else t.after(() => cluster.close());
  return cluster;
}

const areUsed = (caches: readonly Cache[]) => caches.every((cache) => cache.stats().shared === 'used');
const pending = (caches: readonly Cache[]) => caches.reduce((sum, cache) => sum + cache.stats().pending, 0);

async function settle(storm: Storm, caches: readonly Cache[]): Promise<void> {
  await storm.stop();
  await until('all is delivered', () => pending(caches) === 0, PATIENCE_MS);
  await until('all follow', () => areUsed(caches), PATIENCE_MS);
  await sleep(200);
  await storm.check();
  const { stale, failed, worstReadMs, acknowledged } = storm.tally;
  assert.deepEqual([stale, failed], [[], []]);
  assert.ok(acknowledged > 50, `${acknowledged} acknowledged`);
  assert.ok(worstReadMs < LONGEST_READ_MS, `a read took ${worstReadMs} ms`);
}

for (const [client, open] of Object.entries(CLUSTER)) {
  test(`[CACHE-514] ${client}: tags find values on every server of a Cluster`, async (t) => {
    const cluster = await start(t);
    if (cluster === undefined) return;
    const [a, b] = await openNodes(t, 2, () => open(cluster), { name: newName() });
    if (a === undefined || b === undefined) return;
    const keys = Array.from({ length: 60 }, (_, index) => `${index}`);
    for (const key of keys) await a.getOrSet(key, async () => 'old', { tags: ['even', 'odd'].slice(Number(key) % 2) });
    await until('it is shared', () => a.stats().loading === 0);
    await sleep(50);
    for (const key of keys) assert.equal(await b.getOrSet(key, async () => 'again', { tags: [] }), 'old');
    await a.invalidateTags(['even']);
    await until('it is heard', () => b.get('0') === undefined);
    for (const key of keys) {
      const expected = Number(key) % 2 === 0 ? 'new' : 'old';
      assert.equal(await b.getOrSet(key, async () => 'new', { tags: [] }), expected, key);
    }
  });

  test(`[CACHE-515] ${client}: after servers of a Cluster fail over no answer is old, whatever they had`, async (t) => {
    const cluster = await start(t);
    if (cluster === undefined) return;
    const options = { name: newName(), tier: TIER };
    const caches = await openNodes(t, NODES, () => open(cluster), options);
    const log = await ownerOf(cluster, `mr:{${options.name}}:meta`);
    const values = (log + 1) % cluster.primaries.length;
    const storm = new Storm(caches, MAX_STALENESS_MS);
    storm.start();
    t.after(() => storm.stop());
    for (const lost of [log, values]) {
      await sleep(1_000);
      const [primary, replica] = [cluster.primaries[lost], cluster.replicas[lost]];
      if (primary === undefined || replica === undefined) return assert.fail();
      await tell(replica.url, 'CONFIG', 'SET', 'masterauth', 'x');
      await tell(primary.url, 'CLIENT', 'KILL', 'TYPE', 'replica');
      await sleep(1_000); // So many removals and entries are acknowledged, and will be lost.
      await primary.kill();
      const isPromoted = async (): Promise<boolean> => String(await tell(replica.url, 'ROLE')).startsWith('master');
      await until('the replica takes over', isPromoted, PATIENCE_MS);
      await until('all follow again', () => areUsed(caches), PATIENCE_MS);
    }
    await sleep(1_000);
    await settle(storm, caches);
    await storm.check([await openNode(t, open(cluster), options)]);
  });

  test(`[CACHE-516] ${client}: while slots move, the one of the log too, no answer is old, and after it all share on`, async (t) => {
    const cluster = await start(t);
    if (cluster === undefined) return;
    const options = { name: newName(), tier: TIER };
    const caches = await openNodes(t, NODES, () => open(cluster), options);
    const storm = new Storm(caches, MAX_STALENESS_MS);
    storm.start();
    t.after(() => storm.stop());
    await sleep(500);
    const moved = [`mr:{${options.name}}:meta`, ...['0', '1', '2'].map((key) => `${options.name}@1:${key}`)];
    for (const key of moved) await moveSlot(cluster, await slotOf(cluster, key), 300);
    await sleep(1_000);
    await settle(storm, caches);
    const [a, b] = caches as [Cache, Cache];
    await a.getOrSet('after', async () => 'once');
    await sleep(100);
    assert.equal(await b.getOrSet('after', async () => assert.fail('not shared')), 'once');
  });
}
