import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type TestContext, test } from 'node:test';
import { testRedis } from '@millrace/scripts/services';
import { createSharedRateLimiter, type RateRule } from 'millrace/ratelimit';
import type { RedisDriver } from 'millrace/redis';
import { createFaultProxy } from 'millrace/testing';
import { STANDALONE } from '../redis/drivers.ts';

/** What one process is to ask. */
export interface Asking {
  readonly url: string;
  readonly name: string;
  readonly rules: readonly RateRule[];
  readonly key: string;
  /** Questions under way at once. */
  readonly lanes: number;
  readonly forMs: number;
}

/** What came of it. */
export interface Asked {
  /** Units that passed. */
  readonly units: number;
  /** Decisions that Redis made. */
  readonly asked: number;
}

const SECOND = { name: 'second', limit: 2_000, windowMs: 1_000, burst: 40 };
const MINUTE = { name: 'minute', limit: 100_000, windowMs: 60_000, burst: 700 };
const FOR_MS = 500;

async function startAsking(t: TestContext, asking: Asking): Promise<{ readonly go: () => Promise<Asked> }> {
  const child = fork(new URL('./asking-process.ts', import.meta.url), [JSON.stringify(asking)]);
  t.after(() => child.kill());
  assert.deepEqual(await once(child, 'message'), ['ready', undefined]);
  const go = async (): Promise<Asked> => {
    child.send('go');
    const [asked] = (await once(child, 'message')) as [Asked];
    return asked;
  };
  return { go };
}

async function redisTimeMs(driver: RedisDriver): Promise<number> {
  const [seconds, micros] = (await driver.command('', ['TIME'])) as [Buffer, Buffer];
  return Number(seconds) * 1_000 + Number(micros) / 1_000;
}

test('[RATE-50] two processes together never pass more than the rules say', async (t) => {
  const url = await testRedis();
  if (url === undefined) return t.skip('no Redis');
  const driver = STANDALONE.ioredis!(url);
  t.after(() => driver.close());
  await driver.connected({ timeoutMs: 5_000 });
  const name = `test-${randomBytes(6).toString('hex')}`;
  const asking: Asking = { url, name, rules: [SECOND, MINUTE], key: 'k', lanes: 24, forMs: FOR_MS };
  const processes = await Promise.all([startAsking(t, asking), startAsking(t, asking)]);
  const began = await redisTimeMs(driver);
  const results = await Promise.all(processes.map(({ go }) => go()));
  const spanMs = (await redisTimeMs(driver)) - began;
  const units = results.reduce((sum, result) => sum + result.units, 0);
  for (const { limit, windowMs, burst } of [SECOND, MINUTE]) {
    const most = burst + (spanMs * limit) / windowMs;
    assert.ok(units <= most, `${units} units in ${spanMs} ms, at most ${most}`);
  }
  assert.ok(units > SECOND.burst, `${units} units`);
  for (const { asked } of results) assert.ok(asked > 10, `${asked} questions`);
});

for (const [client, driverOf] of Object.entries(STANDALONE)) {
  test(`[RATE-50] one rule that says no keeps all from counting, whoever asks (${client})`, async (t) => {
    const url = await testRedis();
    if (url === undefined) return t.skip('no Redis');
    const name = `test-${randomBytes(6).toString('hex')}`;
    const rules = [
      { name: 'few', limit: 5, windowMs: 600_000 },
      { name: 'many', limit: 50, windowMs: 600_000 },
    ];
    const limiters = await Promise.all(
      [1, 2, 3].map(async () => {
        const driver = driverOf(url);
        t.after(() => driver.close());
        await driver.connected({ timeoutMs: 5_000 });
        return createSharedRateLimiter({ name, rules, driver, timeoutMs: 5_000 });
      }),
    );
    const beganMs = performance.now();
    const asked = limiters.flatMap((limiter) => Array.from({ length: 30 }, () => limiter.check(['user', '{7}'])));
    const passed = (await Promise.all(asked)).filter(({ allowed }) => allowed);
    assert.equal(passed.length, 5);
    const few = await limiters[0]!.peek(['user', '{7}'], 3);
    assert.deepEqual([few.by, few.rule.name, few.remaining], ['redis', 'few', 0]);
    assert.ok(few.retryAfterMs > 350_000 && few.retryAfterMs <= 360_000, `${few.retryAfterMs} ms`);
    for (const decision of passed.slice(0, 2)) assert.equal(await limiters[1]!.refund(['user', '{7}'], decision), true);
    // What others owe may have waited for it: at most for as long as it was counted.
    const { retryAfterMs } = await limiters[1]!.peek(['user', '{7}'], 2);
    assert.ok(retryAfterMs <= 2 * Math.ceil(performance.now() - beganMs), `${retryAfterMs} ms`);
    assert.equal((await limiters[1]!.check(['user', '{7}'])).allowed, true);
    assert.equal(await limiters[2]!.isAllowed('k', 1, 600_000), true);
    assert.equal(await limiters[1]!.isAllowed('k', 1, 600_000), false);
  });
}

test('[RATE-55] while Redis is silent every question is answered, at once after a few, and later by Redis again', async (t) => {
  const server = await testRedis();
  if (server === undefined) return t.skip('no Redis');
  const url = new URL(server);
  const proxy = await createFaultProxy({ target: { host: url.hostname, port: Number(url.port) } });
  t.after(() => proxy.close());
  url.port = String(proxy.port);
  const driver = STANDALONE.ioredis!(url.href);
  t.after(() => driver.close());
  await driver.connected({ timeoutMs: 5_000 });
  const name = `test-${randomBytes(6).toString('hex')}`;
  const limiter = createSharedRateLimiter({
    name,
    driver,
    rules: [{ name: 'r', limit: 1_000, windowMs: 1_000 }],
    timeoutMs: 50,
  });
  assert.equal((await limiter.check('k')).by, 'redis');
  proxy.set({ latencyMs: 400 });
  for (let asked = 0; asked < 30; asked++) assert.equal((await limiter.check('k')).by, 'local');
  assert.equal(limiter.stats().redis, 'open');
  proxy.clear();
  const end = performance.now() + 5_000;
  while ((await limiter.check('k')).by !== 'redis') {
    assert.ok(performance.now() < end, 'never asked again');
    await new Promise((turn) => setTimeout(turn, 20));
  }
});
