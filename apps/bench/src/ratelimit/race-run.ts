import { Redis } from 'ioredis';
import { createSharedRateLimiter } from 'millrace/ratelimit';
import { createIoredisDriver } from 'millrace/redis';
import { meet } from './meeting.ts';
import { keysFor, RACED_RULES, RACERS, stretches } from './race-plan.ts';

/* One of the processes of a race: `race-run.ts URL DECISIONS`. Says how often each key passed, in their order. */

const LANES = 64;
const [url = '', decisions = ''] = process.argv.slice(2);
const keys = keysFor(Number(decisions));
const driver = createIoredisDriver({ client: new Redis(url, { lazyConnect: true }) });
await driver.connected({ timeoutMs: 5_000 });
const limiters = RACED_RULES.map((rule) =>
  createSharedRateLimiter({ name: `race-${rule.algorithm}`, rules: [rule], driver, timeoutMs: 30_000 }),
);

const passed = Array<number>(keys).fill(0);
async function ask(key: number): Promise<void> {
  const { allowed, by } = await limiters[key % limiters.length]!.check(`${key}`);
  if (by === 'local') throw new Error('Redis did not answer');
  if (allowed) passed[key]!++;
}

let place = 0;
for (const stretch of stretches(keys)) {
  await meet(driver, `place:${place++}`, RACERS);
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < stretch.length) await ask(stretch[next++]!);
  };
  await Promise.all(Array.from({ length: LANES }, lane));
}
console.log(JSON.stringify(passed));
process.stdin.on('end', () => process.exit()).resume();
