import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type RedisCluster, startRedisCluster } from '@millrace/scripts/services';
import type { RedisDriver } from 'millrace/redis';
import { CLUSTER } from './drivers.ts';
import { areAnswered, assertSettled, isHeard, startTraffic, until } from './traffic.ts';

/** Enough to have some on every primary. */
const KEYS = Array.from({ length: 30 }, (_, index) => `failover:${index}`);
const CHANNEL = 'failover:channel';
const PATIENCE_MS = 30_000;

async function start(t: TestContext): Promise<RedisCluster | undefined> {
  const cluster = await startRedisCluster();
  if (cluster === undefined) t.skip('no redis-server or valkey-server on the PATH');
  else t.after(() => cluster.close());
  return cluster;
}

for (const [client, open] of Object.entries(CLUSTER)) {
  const made = (t: TestContext, cluster: RedisCluster): RedisDriver => {
    const driver = open(cluster);
    t.after(() => driver.close());
    return driver;
  };

  test(`[REDIS-2, REDIS-11] ${client}: the keys of a lost primary are answered again, and every command settles meanwhile`, async (t) => {
    const cluster = await start(t);
    if (cluster === undefined) return;
    const driver = made(t, cluster);
    await driver.connected({ timeoutMs: 10_000 });
    const heard = new Set<string>();
    await driver.subscribe(CHANNEL, (message) => heard.add(message), { timeoutMs: 10_000 });
    await until('all keys', PATIENCE_MS, () => areAnswered(driver, KEYS));
    const { session } = driver;
    const { tally, stop } = startTraffic(driver, KEYS);
    t.after(stop);
    await cluster.primaries[1]?.kill();
    await until('some fail', PATIENCE_MS, () => tally.failed.size > 0);
    await until('all keys again', PATIENCE_MS, () => areAnswered(driver, KEYS));
    assert.notEqual(driver.session, session);
    await until('hears again', PATIENCE_MS, () => isHeard(driver, CHANNEL, heard));
    await stop();
    assertSettled(tally);
  });

  test(`[REDIS-9] ${client}: made while no node answers, it comes up by itself`, async (t) => {
    const cluster = await start(t);
    if (cluster === undefined) return;
    const nodes = [...cluster.primaries, ...cluster.replicas];
    await Promise.all(nodes.map((node) => node.kill()));
    const driver = made(t, cluster);
    await assert.rejects(driver.connected({ timeoutMs: 500 }), { code: 'MILLRACE_REDIS_NOT_READY' });
    await Promise.all(nodes.map((node) => node.start()));
    await driver.connected({ timeoutMs: PATIENCE_MS });
    await until('all keys', PATIENCE_MS, () => areAnswered(driver, KEYS));
  });
}
