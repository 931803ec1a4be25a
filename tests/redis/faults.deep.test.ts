import assert from 'node:assert/strict';
import { suite, type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { startRedis } from '@millrace/scripts/services';
import type { RedisDriver } from 'millrace/redis';
import { createFaultProxy, type FaultProxy } from 'millrace/testing';
import { STANDALONE } from './drivers.ts';
import { isHeard, until } from './traffic.ts';

const server = await startRedis({ environment: { PATH: process.env.PATH } });
const CHANNEL = 'faults:channel';

interface Listening {
  readonly proxy: FaultProxy;
  readonly driver: RedisDriver;
  readonly heard: Set<string>;
}

async function listen(t: TestContext, open: (url: string) => RedisDriver): Promise<Listening> {
  const url = new URL(server?.url ?? '');
  const proxy = await createFaultProxy({ target: { host: url.hostname, port: Number(url.port) } });
  t.after(() => proxy.close());
  url.port = String(proxy.port);
  const driver = open(url.href);
  t.after(() => driver.close());
  await driver.connected();
  const heard = new Set<string>();
  await driver.subscribe(CHANNEL, (message) => heard.add(message));
  return { proxy, driver, heard };
}

suite('channels', { skip: server === undefined && 'no redis-server or valkey-server on the PATH' }, () => {
  for (const [client, open] of Object.entries(STANDALONE)) {
    test(`[REDIS-17] ${client}: where nobody speaks for long, nothing is taken for lost`, async (t) => {
      const { proxy, driver, heard } = await listen(t, open);
      const { accepted } = proxy.stats();
      await sleep(17_000);
      assert.equal(proxy.stats().accepted, accepted);
      assert.ok(await isHeard(driver, CHANNEL, heard));
    });

    test(`[REDIS-17] ${client}: a connection for channels that went silent is left`, async (t) => {
      const { proxy, driver, heard } = await listen(t, open);
      await until('heard', 5_000, () => isHeard(driver, CHANNEL, heard));
      proxy.set({ halfOpen: true });
      const { accepted } = proxy.stats();
      await until('left', 20_000, () => proxy.stats().accepted > accepted);
      proxy.clear();
      await until('heard again', 40_000, () => isHeard(driver, CHANNEL, heard));
    });
  }
});
