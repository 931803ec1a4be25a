import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { testRedis } from '@millrace/scripts/services';
import { createSharedConcurrencyLimiter, type SharedConcurrencyLimiter } from 'millrace/ratelimit';
import type { RedisDriver } from 'millrace/redis';
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
