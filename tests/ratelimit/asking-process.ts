import { Redis } from 'ioredis';
import { createSharedRateLimiter } from 'millrace/ratelimit';
import { createIoredisDriver } from 'millrace/redis';
import type { Asked, Asking } from './shared-limits.test.ts';

/* Asks a limiter as fast as it can, as one of several processes. What it is to do comes as an argument. */

const { url, name, rules, key, lanes, forMs } = JSON.parse(process.argv[2] ?? '') as Asking;
const driver = createIoredisDriver({ client: new Redis(url, { lazyConnect: true }) });
await driver.connected({ timeoutMs: 5_000 });
const limiter = createSharedRateLimiter({ name, rules, driver, timeoutMs: 5_000 });
process.send?.('ready');
await new Promise((go) => process.once('message', go));

const end = performance.now() + forMs;
let units = 0;
async function ask(cost: number): Promise<void> {
  while (performance.now() < end) {
    const { allowed, by } = await limiter.check(key, cost);
    if (by === 'local') throw new Error('Redis was not asked');
    if (allowed) units += cost;
    // A denial that still holds is given without a turn of the event loop.
    if (by === 'denial') await new Promise((turn) => setTimeout(turn, 1));
  }
}
await Promise.all(Array.from({ length: lanes }, (_, lane) => ask(1 + (lane % 3))));
const asked: Asked = { units, asked: limiter.stats().decided.redis };
process.send?.(asked);
await driver.close();
process.disconnect?.();
