import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { createSharedRateLimiter, type SharedRateLimiter } from 'millrace/ratelimit';
import { createIoredisDriver } from 'millrace/redis';
import { createFaultProxy } from 'millrace/testing';
import { type Measurement, overRounds } from '../measurement.ts';
import { startRedis } from '../own-redis.ts';
import { percentile } from '../percentile.ts';

const PER_SECOND = 500;

/** What questions wait for a Redis that has fallen silent without a reset, beyond what they wait for one that answers. */
export async function measureBlackHole(rounds: number, seconds: number): Promise<Measurement[]> {
  const [added, worst]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    const { answering, silent } = await waitsMs(seconds);
    added.push(percentile(silent, 0.99) - percentile(answering, 0.99));
    worst.push(Math.max(...silent));
  }
  return [overRounds('ratelimit.black-hole.p99', added), overRounds('ratelimit.black-hole.worst', worst)];
}

async function waitsMs(seconds: number): Promise<Record<'answering' | 'silent', readonly number[]>> {
  await using redis = await startRedis();
  await using proxy = await createFaultProxy({ target: { host: '127.0.0.1', port: redis.port } });
  const behind = new URL(redis.url);
  behind.port = String(proxy.port);
  await using driver = createIoredisDriver({ client: new Redis(behind.href, { lazyConnect: true }) });
  await driver.connected({ timeoutMs: 5_000 });
  using limiter = createSharedRateLimiter({ driver, rules: [{ name: 'rule', limit: 1_000_000, windowMs: 60_000 }] });
  await askAtRate(limiter, 1);
  const answering = await askAtRate(limiter, seconds);
  proxy.set({ halfOpen: true });
  const silent = await askAtRate(limiter, seconds);
  if (limiter.stats().decided.local < 0.9 * silent.length) throw new Error('Redis was not silent');
  return { answering, silent };
}

/** Asks without waiting for the answers, and says how long each took. */
async function askAtRate(limiter: SharedRateLimiter, seconds: number): Promise<readonly number[]> {
  const asked: Promise<number>[] = [];
  const began = performance.now();
  while (asked.length < PER_SECOND * seconds) {
    const due = Math.min(PER_SECOND * seconds, Math.ceil(((performance.now() - began) * PER_SECOND) / 1e3));
    while (asked.length < due) asked.push(waitFor(limiter, `user:${asked.length % 100}`));
    await sleep(1);
  }
  return await Promise.all(asked);
}

async function waitFor(limiter: SharedRateLimiter, key: string): Promise<number> {
  const began = performance.now();
  const { allowed } = await limiter.check(key);
  if (!allowed) throw new Error('a limit that is never reached said no');
  return performance.now() - began;
}
