import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { suite, type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from '@redis/client';
import { Redis } from 'ioredis';
import { createFaultProxy, type FaultProxy } from '../testing/index.ts';
import { createIoredisDriver, createNodeRedisDriver, defineRedisScript, type RedisDriver } from './index.ts';

/** The server that the test runner hands on; empty when none is installed. */
const URL_OF_RUN = process.env.MILLRACE_TEST_REDIS ?? '';
const LIMIT = { timeoutMs: 5_000 };

/** A driver by each client, over a pattern with all that a driver must not take over. */
const CLIENTS: Readonly<Record<string, (url: string) => RedisDriver>> = {
  'node-redis': (url) =>
    createNodeRedisDriver({ client: createClient({ url, keyPrefix: 'p:', clientSideCache: { maxEntries: 10 } }) }),
  ioredis: (url) =>
    createIoredisDriver({
      client: new Redis(url, { lazyConnect: true, keyPrefix: 'p:', enableAutoPipelining: true, stringNumbers: true }),
    }),
};

async function proxyTo(t: TestContext, url: string): Promise<{ proxy: FaultProxy; through: string }> {
  const through = new URL(url);
  const target = { host: through.hostname, port: Number(through.port || 6379) };
  const proxy = await createFaultProxy({ target });
  t.after(() => proxy.close());
  through.hostname = proxy.host;
  through.port = String(proxy.port);
  return { proxy, through: through.href };
}

async function until(ms: number, holds: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + ms;
  while (!(await holds())) {
    assert.ok(performance.now() < end, `not within ${ms} ms: ${holds}`);
    await sleep(10);
  }
}

function newKey(t: TestContext): string {
  return `millrace-test:${process.pid}:${t.name.replaceAll(/\W+/g, '-')}`;
}

const skip = URL_OF_RUN === '' && 'the run has no Redis: install redis-server or valkey-server, or set REDIS_URL';
suite('against a real Redis', { skip }, () => {
  for (const [name, make] of Object.entries(CLIENTS)) {
    suite(name, () => {
      const open = (t: TestContext, url: string): RedisDriver => {
        const driver = make(url);
        t.after(() => driver.close());
        return driver;
      };

      test('[REDIS-1] bytes and the shapes of RESP 2', async (t) => {
        const driver = open(t, URL_OF_RUN);
        await driver.connected(LIMIT);
        const [key, bytes] = [newKey(t), Buffer.from([0, 13, 10, 255, 254])];
        await driver.set(key, bytes, 10_000, LIMIT);
        assert.deepEqual(await driver.get(key, LIMIT), bytes);
        const script = defineRedisScript(
          `return {ARGV[1], 7, false, {redis.call('HGETALL', KEYS[1])}} -- ${process.pid}`,
        );
        await driver.command(`${key}:h`, ['HSET', `${key}:h`, 'f', bytes], LIMIT);
        await driver.command(`${key}:h`, ['PEXPIRE', `${key}:h`, '10000'], LIMIT);
        assert.deepEqual(await driver.evaluate(script, [`${key}:h`], [bytes], LIMIT), [
          bytes,
          7,
          null,
          [[Buffer.from('f'), bytes]],
        ]);
      });

      test('[REDIS-8] what the pattern would prefix, cache or answer in other shapes does not count', async (t) => {
        const driver = open(t, URL_OF_RUN);
        await driver.connected(LIMIT);
        const key = newKey(t);
        await driver.set(key, Buffer.from('1'), 10_000, LIMIT);
        const found: string[] = [];
        for await (const batch of driver.scan(`${key}*`, LIMIT)) found.push(...batch);
        assert.deepEqual(found, [key]);
        assert.equal(await driver.command(key, ['INCR', key], LIMIT), 2);
      });

      test('[REDIS-3, REDIS-9] refused at the start it says so at once, and comes up by itself', async (t) => {
        const { proxy, through } = await proxyTo(t, URL_OF_RUN);
        proxy.set({ refuse: true });
        const driver = open(t, through);
        await assert.rejects(driver.connected({ timeoutMs: 200 }), { code: 'MILLRACE_REDIS_NOT_READY' });
        await assert.rejects(driver.get('a'), { code: 'MILLRACE_REDIS_NOT_READY' });
        proxy.clear();
        await driver.connected(LIMIT);
        assert.equal(await driver.get(newKey(t), LIMIT), null);
      });

      test('[REDIS-4, REDIS-11] a reset rejects what is under way as lost, sends nothing again, and is another session', async (t) => {
        const { proxy, through } = await proxyTo(t, URL_OF_RUN);
        const driver = open(t, through);
        await driver.connected(LIMIT);
        const { session } = driver;
        const key = newKey(t);
        await driver.unlink([key], LIMIT);
        proxy.set({ down: { halfOpen: true } }); // The server hears, its answer is lost.
        const counted = assert.rejects(driver.command(key, ['INCR', key], LIMIT), { code: 'MILLRACE_REDIS_LOST' });
        await sleep(100);
        proxy.clear();
        proxy.resetAll();
        await counted;
        await until(5_000, () => driver.ready);
        assert.notEqual(driver.session, session);
        await sleep(100);
        assert.equal(String(await driver.get(key, LIMIT)), '1');
        await driver.unlink([key], LIMIT);
      });

      test('[REDIS-16] messages are heard again after a lost connection', async (t) => {
        const { proxy, through } = await proxyTo(t, URL_OF_RUN);
        const driver = open(t, through);
        await driver.connected(LIMIT);
        const channel = newKey(t);
        const heard = new Set<string>();
        await driver.subscribe(channel, (message) => heard.add(message), LIMIT);
        const say = async (message: string): Promise<boolean> => {
          await driver.command(channel, ['PUBLISH', channel, message], LIMIT).catch(() => {});
          return heard.has(message);
        };
        await until(5_000, () => say('before'));
        proxy.resetAll();
        await until(8_000, () => say('after'));
      });

      test('[REDIS-15, REDIS-2] through resets, refusals and silence every command settles, and nothing rejects unheard', async (t) => {
        const { proxy, through } = await proxyTo(t, URL_OF_RUN);
        const driver = open(t, through);
        await driver.connected(LIMIT);
        const key = newKey(t);
        void driver.subscribe(key, () => {}).catch(() => {});
        const faults = [{ refuse: true }, { halfOpen: true }, { latencyMs: 200 }, { down: { dropAfterBytes: 7 } }, {}];
        for (const fault of faults) {
          proxy.set(fault);
          const commands = Array.from({ length: 20 }, () => driver.get(key, { timeoutMs: 100 }));
          proxy.resetAll();
          commands.push(...Array.from({ length: 20 }, () => driver.get(key, { timeoutMs: 100 })));
          const begun = performance.now();
          await Promise.allSettled(commands);
          assert.ok(performance.now() - begun < 1_000);
        }
        await until(8_000, () =>
          driver.get(key, { timeoutMs: 100 }).then(
            () => true,
            () => false,
          ),
        );
      });

      test('[REDIS-14] it may be closed while it connects, and leaves no connection', async (t) => {
        const sockets = new Set<Socket>();
        const mute = createServer((socket) => {
          sockets.add(
            socket
              .resume()
              .on('error', () => {})
              .on('close', () => sockets.delete(socket)),
          );
        });
        await once(mute.listen(0, '127.0.0.1'), 'listening');
        t.after(() => mute.close());
        const { port } = mute.address() as { port: number };
        const driver = open(t, `redis://default:secret@127.0.0.1:${port}`);
        const waiting = assert.rejects(driver.connected(LIMIT), { code: 'MILLRACE_REDIS_CLOSED' });
        await until(5_000, () => sockets.size > 0);
        await driver.close();
        await waiting;
        await until(5_000, () => sockets.size === 0);
      });
    });
  }
});

test('[REDIS-18] what is no client of the library is refused', () => {
  const refused = { code: 'MILLRACE_REDIS_OPTION_INVALID' };
  for (const client of [undefined, {}, 'redis://127.0.0.1'] as never[]) {
    assert.throws(() => createNodeRedisDriver({ client }), refused);
    assert.throws(() => createIoredisDriver({ client }), refused);
  }
});
