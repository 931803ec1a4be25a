import { createRandom } from 'millrace/core';
import { createRateLimiter } from 'millrace/ratelimit';
import { RateLimiterMemory } from 'rate-limiter-flexible';

/*
 * Decisions of one limiter in memory, in a process of its own: 10,000 keys, asked for evenly, which all pass or are all over
 * their limit. Says how long one took. Each is asked as its guide says: ours answers, the peer's is awaited and throws.
 */

const KEYS = Array.from({ length: 10_000 }, (_, at) => `user:${at}`);
const random = createRandom(1);
const ASKED = [...KEYS, ...Array.from({ length: 250_000 }, () => KEYS[random.int(KEYS.length)]!)];
/** More than is asked for, and so slow that every key owes something all the time: one that does not is as good as unknown. */
const PASSES = { limit: 20_000, windowMs: 3_600_000 } as const;
const DENIES = { limit: 1, windowMs: 86_400_000 } as const;
const WARM_UP_MS = 400;
const MEASURED_MS = 800;

interface Limit {
  readonly limit: number;
  readonly windowMs: number;
}

/** How many of what is asked for pass. */
type Pass = () => number | Promise<number>;

function own(limit: Limit): Pass {
  const limiter = createRateLimiter({ name: 'subject', rules: [{ name: 'rule', ...limit }] });
  return () => {
    let passed = 0;
    for (let at = 0; at < ASKED.length; at++) if (limiter.check(ASKED[at]!).allowed) passed++;
    return passed;
  };
}

function peer({ limit, windowMs }: Limit): Pass {
  const limiter = new RateLimiterMemory({ points: limit, duration: windowMs / 1_000 });
  return async () => {
    let passed = 0;
    for (let at = 0; at < ASKED.length; at++) {
      try {
        await limiter.consume(ASKED[at]!);
        passed++;
      } catch {
        // It is over its limit.
      }
    }
    return passed;
  };
}

const ARMS: Readonly<Record<string, { readonly pass: () => Pass; readonly passing: number }>> = {
  accept: { pass: () => own(PASSES), passing: ASKED.length },
  deny: { pass: () => own(DENIES), passing: 0 },
  'peer-accept': { pass: () => peer(PASSES), passing: ASKED.length },
  'peer-deny': { pass: () => peer(DENIES), passing: 0 },
};

const { pass: make, passing } = ARMS[process.argv[2] ?? '']!;
const pass = make();
// The first one takes what denies from then on.
await pass();

/** Nanoseconds a decision, over so long at least. */
async function passesFor(leastMs: number): Promise<number> {
  const began = performance.now();
  let asked = 0;
  do {
    const passed = await pass();
    if (passed !== passing) throw new Error(`${passed} of ${ASKED.length} passed`);
    asked += ASKED.length;
  } while (performance.now() - began < leastMs);
  return ((performance.now() - began) * 1e6) / asked;
}

await passesFor(WARM_UP_MS);
console.log(JSON.stringify({ nanoseconds: await passesFor(MEASURED_MS) }));
process.exit();
