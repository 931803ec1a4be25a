import assert from 'node:assert/strict';
import { suite, type TestContext, test } from 'node:test';
import { startRedis } from '@millrace/scripts/services';
import type { RedisDriver } from 'millrace/redis';
import { createFaultProxy, type FaultProxy } from 'millrace/testing';
import { STANDALONE } from './drivers.ts';
import { assertSettled, startTraffic, until } from './traffic.ts';

const server = await startRedis({ environment: { PATH: process.env.PATH } });
const KEYS = ['faults:a', 'faults:b'];

async function through(
  t: TestContext,
  open: (url: string) => RedisDriver,
  refuse = false,
): Promise<{ proxy: FaultProxy; driver: RedisDriver }> {
  const url = new URL(server?.url ?? '');
  const target = { host: url.hostname, port: Number(url.port) };
  const proxy = await createFaultProxy({ target, faults: { refuse } });
  t.after(() => proxy.close());
  url.port = String(proxy.port);
  const driver = open(url.href);
  t.after(() => driver.close());
  return { proxy, driver };
}

suite('faults of the network', { skip: server === undefined && 'no redis-server or valkey-server on the PATH' }, () => {
  for (const [client, open] of Object.entries(STANDALONE)) {
    test(`[REDIS-12] ${client}: a connection that went silent is left for one that answers`, async (t) => {
      const { proxy, driver } = await through(t, open);
      await driver.connected();
      const { session } = driver;
      const { tally, stop } = startTraffic(driver, KEYS);
      t.after(stop);
      await until('answers', 5_000, () => tally.answered > 10);
      proxy.set({ halfOpen: true }); // Those that are open stay open and silent …
      await until('given up', 5_000, () => (tally.failed.get('MILLRACE_REDIS_TIMEOUT') ?? 0) > 0);
      const { accepted } = proxy.stats();
      await until('left', 8_000, () => proxy.stats().accepted > accepted);
      proxy.clear(); // … and are of no use any more: what was swallowed stays lost.
      const { answered } = tally;
      await until('answers again', 15_000, () => tally.answered > answered + 10);
      assert.notEqual(driver.session, session);
      await stop();
      assertSettled(tally);
    });

    test(`[REDIS-2, REDIS-12] ${client}: a slow server costs its slow commands, not the connection`, async (t) => {
      const { proxy, driver } = await through(t, open);
      await driver.connected();
      const { session } = driver;
      proxy.set({ latencyMs: 150 });
      for (let count = 0; count < 30; count++) {
        const begun = performance.now();
        await assert.rejects(driver.get('faults:a', { timeoutMs: 100 }), { code: 'MILLRACE_REDIS_TIMEOUT' });
        assert.ok(performance.now() - begun < 1_000);
      }
      proxy.clear();
      await until('answers', 5_000, () =>
        driver.get('faults:a').then(
          () => true,
          () => false,
        ),
      );
      assert.equal(driver.session, session);
    });

    test(`[REDIS-9, REDIS-3] ${client}: refused at the start it comes up by itself, and asks at leisure`, async (t) => {
      const { proxy, driver } = await through(t, open, true);
      await assert.rejects(driver.connected({ timeoutMs: 2_000 }), { code: 'MILLRACE_REDIS_NOT_READY' });
      assert.ok(proxy.stats().refused <= 12, `${proxy.stats().refused} attempts in two seconds`);
      proxy.clear();
      await driver.connected({ timeoutMs: 8_000 });
    });

    test(`[REDIS-5] ${client}: a wrong password is named as the reason, and given to nobody`, async (t) => {
      const url = new URL(server?.url ?? '');
      url.password = 'not-the-secret';
      const driver = open(url.href);
      t.after(() => driver.close());
      await assert.rejects(driver.connected({ timeoutMs: 1_000 }), (error: Error & { code?: string }) => {
        assert.equal(error.code, 'MILLRACE_REDIS_NOT_READY');
        assert.match(error.message, /WRONGPASS$/);
        assert.doesNotMatch(`${error.stack} ${error.cause}`, /not-the-secret|127\.0\.0\.1/);
        return true;
      });
    });
  }
});
