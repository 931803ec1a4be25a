import { Redis } from 'ioredis';
import { createRandom } from 'millrace/core';
import { createSharedRateLimiter } from 'millrace/ratelimit';
import { createIoredisDriver } from 'millrace/redis';
import { RateLimiterRedis } from 'rate-limiter-flexible';
import { countCost } from '../load/cost.ts';

/*
 * Decisions by Redis, each asked for alone, over one connection with 64 under way: `shared-run.ts ARM URL`. 10,000 keys, all
 * of which pass. Says how many a second, and the processor time of this process for one.
 */

const KEYS = 10_000;
const LANES = 64;
/** More than is asked for, and so slow that every key owes something from its first time on. */
const LIMIT = 20_000;
const WINDOW_S = 3_600;
const WARM_UP_MS = 500;
const MEASURED_MS = 1_500;
const random = createRandom(1);
const ASKED = Array.from({ length: 1 << 16 }, () => `user:${random.int(KEYS)}`);

/** Rejects, or gives what is not true, when it was not Redis that let the key pass. */
type Ask = (key: string) => Promise<boolean>;

const ARMS: Readonly<Record<string, (url: string) => Promise<Ask>>> = {
  async own(url) {
    const driver = createIoredisDriver({ client: new Redis(url, { lazyConnect: true }) });
    await driver.connected({ timeoutMs: 5_000 });
    const rules = [{ name: 'rule', limit: LIMIT, windowMs: 1_000 * WINDOW_S }];
    const limiter = createSharedRateLimiter({ name: 'own', rules, driver, timeoutMs: 5_000 });
    return async (key) => {
      const { allowed, by } = await limiter.check(key);
      return allowed && by === 'redis';
    };
  },
  async peer(url) {
    // Without pipelines of the client's own, which make it slower here.
    const storeClient = new Redis(url);
    const limiter = new RateLimiterRedis({ storeClient, points: LIMIT, duration: WINDOW_S, keyPrefix: 'peer' });
    return async (key) => (await limiter.consume(key)).consumedPoints > 0;
  },
};

const [arm = '', url = ''] = process.argv.slice(2);
const ask = await ARMS[arm]!(url);

async function askFor(ms: number): Promise<number> {
  const end = performance.now() + ms;
  let asked = 0;
  const lane = async (): Promise<void> => {
    while (performance.now() < end) {
      if (!(await ask(ASKED[asked++ % ASKED.length]!))) throw new Error('Redis did not let a key pass');
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return asked;
}

await askFor(WARM_UP_MS);
const cost = countCost();
const began = performance.now();
const asked = await askFor(MEASURED_MS);
const elapsedMs = performance.now() - began;
console.log(JSON.stringify({ perSecond: (1e3 * asked) / elapsedMs, cpuUs: (1e6 * cost().cpuSeconds) / asked }));
process.exit();
