import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { createSharedConcurrencyLimiter } from 'millrace/ratelimit';
import { createIoredisDriver } from 'millrace/redis';
import { ENTER, KEY, LEAVE, type Worked, type Working } from './slot-processes.ts';

/* Works by slots as one of several processes, until it is told to stop or killed. What it is to do comes as an argument. */

const { url, name, witness, limit, termMs, lanes } = JSON.parse(process.argv[2] ?? '') as Working;
const driver = createIoredisDriver({ client: new Redis(url, { lazyConnect: true }) });
await driver.connected({ timeoutMs: 5_000 });
const limiter = createSharedConcurrencyLimiter({
  name,
  limit,
  driver,
  termMs,
  timeoutMs: termMs / 4,
  whenAway: 'closed',
});
let stopped = false;
process.once('message', () => {
  stopped = true;
});
process.send?.('ready');

async function work(lane: number): Promise<number> {
  const mark = `${process.pid}:${lane}`;
  let given = 0;
  while (!stopped) {
    await using slot = await limiter.acquire(KEY);
    if (slot.allowed) {
      given++;
      await driver.evaluate(ENTER, [witness], [mark, String(limit)]);
      // Now and then longer than a slot is held without being renewed.
      await sleep(Math.random() < 0.03 ? 1.5 * termMs : Math.random() * 20);
      await driver.evaluate(LEAVE, [witness], [mark]);
    } else await sleep(2);
  }
  return given;
}
const given = await Promise.all(Array.from({ length: lanes }, (_, lane) => work(lane)));
const { lost } = limiter.stats();
await limiter.close();
await driver.close();
const worked: Worked = { given: given.reduce((sum, each) => sum + each, 0), lost };
process.send?.(worked, () => process.disconnect?.());
