import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { testRedis } from '@millrace/scripts/services';
import { createSharedConcurrencyLimiter, type SharedConcurrencyLimiter } from 'millrace/ratelimit';
import type { RedisDriver } from 'millrace/redis';
import { createFaultProxy } from 'millrace/testing';
import { STANDALONE } from '../redis/drivers.ts';
import { KEY, SlotProcesses } from './slot-processes.ts';

const PROCESSES = 4;
const LIMIT = 5;
const TERM_MS = 2_000;
const KILLS = 8;
const LANES = 3;

test('[RATE-96] four processes, some of which are killed at work, never hold more slots than the limit, and all come back', async (t) => {
  const url = await testRedis();
  if (url === undefined) return t.skip('no Redis');
  await using driver = STANDALONE.ioredis!(url);
  await driver.connected({ timeoutMs: 5_000 });
  await using processes = new SlotProcesses(driver, { url, limit: LIMIT, termMs: TERM_MS, lanes: LANES });
  const running = await Promise.all(Array.from({ length: PROCESSES }, () => processes.start()));
  for (let killed = 0; killed < KILLS; killed++) {
    await sleep(200 + 300 * Math.random());
    const [first] = running.splice(0, 1);
    await processes.kill(first!);
    running.push(await processes.start());
  }
  await sleep(TERM_MS);
  const [kept, ...doomed] = running;
  const { given, lost } = await processes.stop(kept!);
  const { over, most } = await processes.seen();
  t.diagnostic(`${given} slots given to the last process, ${lost} lost, ${most} at work at most`);
  assert.deepEqual([over, most, lost], [0, LIMIT, 0]);
  assert.ok(given > 5, `${given} given`);
  await Promise.all(doomed.map((child) => processes.kill(child)));
  await using limiter = limiterOf(driver, processes.name);
  await backWithin(limiter, TERM_MS + 1_000);
});

for (const [client, driverOf] of Object.entries(STANDALONE)) {
  test(`[RATE-99] while Redis is slow each process decides for itself; that counts when it is back, and what is held is renewed (${client})`, async (t) => {
    const server = await testRedis();
    if (server === undefined) return t.skip('no Redis');
    const url = new URL(server);
    await using proxy = await createFaultProxy({ target: { host: url.hostname, port: Number(url.port) } });
    url.port = String(proxy.port);
    await using driver = driverOf(url.href);
    await driver.connected({ timeoutMs: 5_000 });
    const name = `test-${randomBytes(6).toString('hex')}`;
    const options = { name, limit: 8, driver, termMs: 1_000, timeoutMs: 50, localShare: 0.5 };
    await using limiter = createSharedConcurrencyLimiter(options);
    const slots = [await limiter.acquire(KEY), await limiter.acquire(KEY)];
    assert.deepEqual(
      slots.map(({ by }) => by),
      ['redis', 'redis'],
    );
    proxy.set({ latencyMs: 100 });
    for (let asked = 0; asked < 20; asked++) slots.push(await limiter.acquire(KEY));
    assert.equal(slots.filter(({ allowed, by }) => allowed && by === 'local').length, 2);
    assert.equal(limiter.stats().redis, 'open');
    await sleep(2_000);
    // Slow answers renew as well, and what came too late has been given back.
    assert.ok(slots.every(({ lost }) => !lost.aborted));
    proxy.clear();
    await using direct = driverOf(server);
    await direct.connected({ timeoutMs: 5_000 });
    const set = `slots:${name}:${KEY}`;
    await sleep(1_000);
    assert.equal(await direct.command(set, ['ZCARD', set]), 4);
    await Promise.all(slots.map((slot) => slot.release()));
    await limiter.close();
    assert.equal(await direct.command(set, ['EXISTS', set]), 0);
  });
}

function limiterOf(driver: RedisDriver, name: string): SharedConcurrencyLimiter {
  return createSharedConcurrencyLimiter({ name, limit: LIMIT, driver, termMs: TERM_MS, timeoutMs: 500 });
}

/** Takes all slots, as they come back. */
async function backWithin(limiter: SharedConcurrencyLimiter, ms: number): Promise<void> {
  const end = performance.now() + ms;
  for (let back = 0; back < LIMIT; ) {
    const { allowed, by } = await limiter.acquire(KEY);
    assert.equal(by, 'redis');
    assert.ok(performance.now() < end, `${back} slots are back after ${ms} ms`);
    if (allowed) back++;
    else await sleep(20);
  }
  assert.equal((await limiter.acquire(KEY)).refusal, 'limit');
}
