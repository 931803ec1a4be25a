import { Redis } from 'ioredis';
import { createLeasedRateLimiter, createSharedRateLimiter } from 'millrace/ratelimit';
import { createIoredisDriver } from 'millrace/redis';
import type { Deciding, Told } from './processes.ts';

/* Asks one of the limiters so many times, as one of several processes. What it is to do comes as an argument. */

const { url, kind, name, rule, decisions, processes } = JSON.parse(process.argv[2] ?? '') as Deciding;
const driver = createIoredisDriver({ client: new Redis(url, { lazyConnect: true }) });
await driver.connected({ timeoutMs: 5_000 });
const options = { name, rules: [rule], driver, timeoutMs: 5_000 };
const limiter =
  kind === 'leased'
    ? createLeasedRateLimiter({ ...options, localShare: 1 / processes })
    : createSharedRateLimiter(options);
process.send?.('ready');
await new Promise((go) => process.once('message', go));

const began = performance.now();
let left = decisions;
let allowed = 0;
async function ask(): Promise<void> {
  while (left-- > 0) {
    const asked = limiter.check('k');
    const decision = asked instanceof Promise ? await asked : asked;
    if (decision.by === 'local') throw new Error('Redis was not asked');
    if (decision.allowed) allowed++;
    // What memory decides takes no turn of the event loop, and answers need one.
    else if (left % 64 === 0) await new Promise(setImmediate);
  }
}
await Promise.all(Array.from({ length: 64 }, ask));
const told: Told = { allowed, tookMs: performance.now() - began };
await limiter.close();
await driver.close();
process.send?.(told, () => process.disconnect?.());
