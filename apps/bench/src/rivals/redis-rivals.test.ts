import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type RedisServer, startRedis } from '@millrace/scripts/services';
import { createFaultProxy } from 'millrace/testing';
import { type OpenSharing, openBentocache, openMillrace } from './redis-nodes.ts';

/* As memory-rivals.test.ts, of caches that share a Redis. They have one of their own: what others do is no part of it. */

const { REDIS_URL: _, ...environment } = process.env;
let redis: RedisServer | undefined;
before(async () => {
  redis = await startRedis({ environment });
});
after(() => redis?.close());

/** What the reader sees who had the old row while the message of its change was lost, once it hears again. */
async function rowAfterCut(url: string, open: OpenSharing): Promise<number> {
  const { hostname: host, port } = new URL(url);
  await using proxy = await createFaultProxy({ target: { host, port: Number(port) } });
  const way = new URL(url);
  way.port = String(proxy.port);
  await using writer = await open(url, url);
  await using reader = await open(url, way.href);
  let row = 1;
  let probe = 0;
  const heard = async (): Promise<boolean> => {
    await writer.changed('probe', ++probe);
    await sleep(20);
    return reader.hears() && (await reader.read('probe', async () => probe)) === probe;
  };
  await until(heard);
  assert.equal(await reader.read('row', async () => row), 1);
  proxy.set({ refuse: true });
  proxy.resetAll();
  await sleep(50);
  row = 2;
  await writer.changed('row', row);
  proxy.clear();
  await until(heard);
  return await reader.read('row', async () => row);
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; !(await isSo()); tries++) {
    assert.ok(tries < 200, 'it never came about');
    await sleep(10);
  }
}

/** How often two processes of a hundred callers ask the origin for a key that none has. */
async function originCalls(url: string, open: OpenSharing): Promise<number> {
  await using first = await open(url, url);
  await using second = await open(url, url);
  let calls = 0;
  const load = async (): Promise<number> => {
    calls++;
    await sleep(50);
    return 1;
  };
  await until(async () => first.hears() && second.hears());
  await Promise.all(Array.from({ length: 100 }, (_, at) => (at % 2 === 0 ? first : second).read('cold', load)));
  return calls;
}

const RIVALS = [
  { name: 'millrace', open: openMillrace, row: 2, calls: 1 },
  { name: 'bentocache', open: openBentocache, row: 1, calls: 2 },
] as const;

for (const { name, open, row, calls } of RIVALS) {
  test(`[BENCH-24] after a message was lost, row ${row} of 2 is read: ${name}`, async (t) => {
    if (redis === undefined) return t.skip('no Redis');
    t.mock.method(console, 'error', () => {}); // ioredis tells there that it was cut off.
    assert.equal(await rowAfterCut(redis.url, open), row);
  });

  test(`[BENCH-24] two processes ask the origin ${calls} times for a cold key: ${name}`, async (t) => {
    if (redis === undefined) return t.skip('no Redis');
    assert.equal(await originCalls(redis.url, open), calls);
  });
}
