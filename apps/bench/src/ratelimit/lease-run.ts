import { setImmediate as turn } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { createLeasedRateLimiter, type RateRule } from 'millrace/ratelimit';
import { createIoredisDriver } from 'millrace/redis';
import type { LeaseRun } from './leases.ts';
import { meet } from './meeting.ts';

/* Asks about one hot key as fast as it can: `lease-run.ts URL RULE PROCESSES MILLISECONDS`, together with the other processes. */

/** Decisions after which others have a turn. */
const AT_ONCE = 200;
const [url = '', rule = '', ...numbers] = process.argv.slice(2);
const [processes, forMs] = numbers.map(Number) as [number, number];
const driver = createIoredisDriver({ client: new Redis(url, { lazyConnect: true }) });
await driver.connected({ timeoutMs: 5_000 });
const limiter = createLeasedRateLimiter({
  name: `hot-${processes}`,
  rules: [JSON.parse(rule) as RateRule],
  driver,
  timeoutMs: 5_000,
  localShare: 1 / processes,
});

/** Milliseconds by the one clock that all processes of a machine share. */
function now(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

let [asked, passed] = [0, 0];
function count({ allowed, by }: { readonly allowed: boolean; readonly by: string }): void {
  if (by === 'local') throw new Error('Redis did not answer');
  asked++;
  if (allowed) passed++;
}

async function askFor(ms: number): Promise<void> {
  const waiting: Promise<void>[] = [];
  for (const end = now() + ms; now() < end; await turn()) {
    for (let at = 0; at < AT_ONCE; at++) {
      const decision = limiter.check('hot');
      if (decision instanceof Promise) waiting.push(decision.then(count));
      else count(decision);
    }
  }
  await Promise.all(waiting);
}

await meet(driver, `start-${processes}`, processes);
const beganAt = now();
await askFor(forMs);
const run: LeaseRun = { asked, passed, beganAt, endedAt: now() };
console.log(JSON.stringify(run));
process.exit();
