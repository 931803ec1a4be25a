import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createRateLimiter } from 'millrace/ratelimit';
import { RateLimiterMemory } from 'rate-limiter-flexible';

/* What each of 10,000 keys takes beyond itself, over ten limiters; and in rate-limiter-flexible. */

const LIMITERS = 10;
const KEYS = Array.from({ length: 10_000 }, (_, at) => `user:${at}`);
const [LIMIT, WINDOW_S] = [100, 3_600];
setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

function held(): number {
  for (let times = 0; times < 4; times++) collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** A limiter that has counted each key once, by its way to ask again. */
type Fill = () => Promise<(key: string) => unknown>;

const ARMS: Readonly<Record<string, Fill>> = {
  async own() {
    const limiter = createRateLimiter({ rules: [{ name: 'rule', limit: LIMIT, windowMs: 1_000 * WINDOW_S }] });
    for (const key of KEYS) limiter.check(key);
    return (key) => limiter.check(key);
  },
  async peer() {
    const limiter = new RateLimiterMemory({ points: LIMIT, duration: WINDOW_S });
    for (const key of KEYS) await limiter.consume(key);
    return (key) => limiter.consume(key);
  },
};

const fill = ARMS[process.argv[2] ?? '']!;
// The first one leaves behind the code that was compiled for it, which is no part of a limiter.
const kept = [await fill()];
const before = held();
for (let at = 0; at < LIMITERS; at++) kept.push(await fill());
const bytes = (held() - before) / (LIMITERS * KEYS.length);
for (const ask of kept) await ask(KEYS[0]!);
console.log(JSON.stringify({ bytes }));
process.exit();
