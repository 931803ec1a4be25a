import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type RedisSentinel, startRedisSentinel } from '@millrace/scripts/services';
import type { Cache } from 'millrace/cache';
import { SENTINEL } from '../redis/drivers.ts';
import { tell } from './drills/admin.ts';
import { Storm } from './drills/storm.ts';
import { newName, openNode, openNodes, until } from './sharing-caches.ts';

const NODES = 3;
const PATIENCE_MS = 30_000;
const MAX_STALENESS_MS = 1_000;
/** A read loads from the origin in a millisecond, once it has given up asking Redis. */
const LONGEST_READ_MS = 4_000;
const TIER = { maxStalenessMs: MAX_STALENESS_MS, timeoutMs: 200 };

async function start(t: TestContext): Promise<RedisSentinel | undefined> {
  const topology = await startRedisSentinel();
  if (topology === undefined) t.skip('no redis-server or valkey-server on the PATH');
  else t.after(() => topology.close());
  return topology;
}

const areUsed = (caches: readonly Cache[]) => caches.every((cache) => cache.stats().shared === 'used');
const pending = (caches: readonly Cache[]) => caches.reduce((sum, cache) => sum + cache.stats().pending, 0);

for (const [client, open] of Object.entries(SENTINEL)) {
  for (const how of ['one that follows', 'one that lags behind'] as const) {
    test(`[CACHE-513] ${client}: after a failover to ${how} no answer is old and every invalidation arrives`, async (t) => {
      const topology = await start(t);
      if (topology === undefined) return;
      const options = { name: newName(), tier: TIER };
      const caches = await openNodes(t, NODES, () => open(topology), options);
      const storm = new Storm(caches, MAX_STALENESS_MS);
      storm.start();
      t.after(() => storm.stop());
      await sleep(1_000);
      const old = await topology.primary();
      if (how === 'one that lags behind') {
        for (const server of topology.servers)
          if (server !== old) await tell(server.url, 'CONFIG', 'SET', 'masterauth', 'x');
        await tell(old.url, 'CLIENT', 'KILL', 'TYPE', 'replica');
        await sleep(1_000); // So much is acknowledged, and will be lost.
      }
      const resets = caches.map((cache) => cache.stats().resets);
      await old.kill();
      await until('another primary', async () => (await topology.primary()) !== old, PATIENCE_MS);
      await until('all follow again', () => areUsed(caches), PATIENCE_MS);
      for (const [at, cache] of caches.entries()) assert.ok(cache.stats().resets > (resets[at] ?? 0), 'not noticed');
      await sleep(1_000);
      await storm.stop();
      await until('all is delivered', () => pending(caches) === 0, PATIENCE_MS);
      await sleep(200);
      await storm.check();
      await storm.check([await openNode(t, open(topology), options)]);
      const { stale, failed, worstReadMs, acknowledged, pending: late } = storm.tally;
      assert.deepEqual([stale, failed], [[], []]);
      assert.ok(acknowledged > 50 && late > 0, `${acknowledged} acknowledged, ${late} late`);
      assert.ok(worstReadMs < LONGEST_READ_MS, `a read took ${worstReadMs} ms`);
    });
  }
}
