import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type RedisSentinel, startRedisSentinel } from '@millrace/scripts/services';
import type { RedisDriver } from 'millrace/redis';
import { SENTINEL } from './drivers.ts';
import { areAnswered, assertSettled, isHeard, startTraffic, until } from './traffic.ts';

const KEYS = ['failover:a', 'failover:b'];
const CHANNEL = 'failover:channel';
const PATIENCE_MS = 30_000;

async function start(t: TestContext): Promise<RedisSentinel | undefined> {
  const topology = await startRedisSentinel();
  if (topology === undefined) t.skip('no redis-server or valkey-server on the PATH');
  else t.after(() => topology.close());
  return topology;
}

for (const [client, open] of Object.entries(SENTINEL)) {
  const made = (t: TestContext, topology: RedisSentinel): RedisDriver => {
    const driver = open(topology);
    t.after(() => driver.close());
    return driver;
  };

  test(`[REDIS-2, REDIS-11] ${client}: another primary is found by itself, and every command settles meanwhile`, async (t) => {
    const topology = await start(t);
    if (topology === undefined) return;
    const driver = made(t, topology);
    await driver.connected({ timeoutMs: 10_000 });
    const heard = new Set<string>();
    await driver.subscribe(CHANNEL, (message) => heard.add(message), { timeoutMs: 10_000 });
    const { session } = driver;
    const { tally, stop } = startTraffic(driver, KEYS);
    t.after(stop);
    await until('answers', PATIENCE_MS, () => tally.answered > 20);
    const old = await topology.primary();
    await old.kill();
    await until('another primary', PATIENCE_MS, async () => (await topology.primary()) !== old);
    const { answered } = tally;
    await until('answers again', PATIENCE_MS, () => tally.answered > answered + 20);
    assert.notEqual(driver.session, session);
    await until('hears again', PATIENCE_MS, () => isHeard(driver, CHANNEL, heard));
    await stop();
    assertSettled(tally);
    assert.ok(tally.failed.size > 0, 'the failover was not noticed');
  });

  test(`[REDIS-9] ${client}: made while no Sentinel answers, it comes up by itself`, async (t) => {
    const topology = await start(t);
    if (topology === undefined) return;
    await Promise.all(topology.sentinels.map((sentinel) => sentinel.kill()));
    const driver = made(t, topology);
    await assert.rejects(driver.connected({ timeoutMs: 500 }), { code: 'MILLRACE_REDIS_NOT_READY' });
    await Promise.all(topology.sentinels.map((sentinel) => sentinel.start()));
    await driver.connected({ timeoutMs: PATIENCE_MS });
    await until('answers', PATIENCE_MS, () => areAnswered(driver, KEYS));
  });
}
