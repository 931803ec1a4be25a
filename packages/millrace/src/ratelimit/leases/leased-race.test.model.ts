import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Clock } from '../../core/index.ts';
import { fullRules, type RateRule } from '../rate-rule.ts';
import { CountingRedis } from './counting-redis.test.double.ts';
import { createLeasedRateLimiter, type LeasedRateLimiter } from './index.ts';
import { leaseTerms } from './lease-terms.ts';

const PROCESSES = 3;
const KEYS = ['a', 'b', 'c'];

/** A clock that stands still until it is told to move. */
interface SteppedClock extends Clock {
  advance(ms: number): Promise<void>;
}

interface Passed {
  readonly ms: number;
  readonly cost: number;
}

const rule: fc.Arbitrary<RateRule> = fc.record({
  name: fc.constant('r'),
  limit: fc.integer({ min: 20, max: 4_000 }),
  windowMs: fc.integer({ min: 250, max: 5_000 }),
  burst: fc.integer({ min: 20, max: 2_000 }),
  whenAway: fc.constant('closed' as const),
});
const step = fc.record({
  process: fc.nat({ max: PROCESSES - 1 }),
  key: fc.nat({ max: KEYS.length - 1 }),
  afterMs: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 4 }), fc.integer({ min: 0, max: 80 })),
  asks: fc.integer({ min: 1, max: 80 }),
  cost: fc.oneof(fc.constant(1), fc.integer({ min: 0, max: 9 })),
  event: fc.constantFrom('none', 'none', 'none', 'none', 'none', 'none', 'crash', 'close', 'lose'),
});

/** Three processes ask, stop, crash and lose answers: what passes together is no more than the rule says. */
export async function leasedRaces(
  makeClock: () => SteppedClock,
  parameters: { readonly numRuns: number; readonly seed?: number },
): Promise<void> {
  const property = fc.asyncProperty(rule, fc.array(step, { minLength: 5, maxLength: 60 }), async (wanted, steps) => {
    const [clock, passed] = [makeClock(), KEYS.map((): Passed[] => [])];
    const redis = new CountingRedis(clock);
    const rules = fullRules([wanted]);
    const open = (): LeasedRateLimiter =>
      createLeasedRateLimiter({ driver: redis.driver, rules, clock, localShare: 1 / PROCESSES, maxKeys: 2 });
    const limiters = Array.from({ length: PROCESSES }, open);
    for (const { process, key, afterMs, asks, cost, event } of steps) {
      await clock.advance(afterMs);
      redis.loseNext = event === 'lose';
      for (let asked = 0; asked < asks; asked++) {
        const decision = limiters[process]!.check(KEYS[key]!, cost);
        const count = ({ allowed }: { readonly allowed: boolean }): void => {
          if (allowed) passed[key]!.push({ ms: clock.now(), cost });
        };
        if (decision instanceof Promise) void decision.then(count);
        else count(decision);
      }
      if (event === 'close') void limiters[process]!.close();
      if (event === 'close' || event === 'crash') limiters[process] = open();
    }
    await clock.advance(50);
    for (const units of passed) holdAgainst(units, rules[0]!);
    await closeAll(limiters, clock);
  });
  await fc.assert(property, parameters);
}

/** Closes them while time goes on: what is given back may get lost as well, and is waited for until its time is up. */
async function closeAll(limiters: readonly LeasedRateLimiter[], clock: SteppedClock): Promise<void> {
  let open = limiters.length;
  const closing = limiters.map(async (limiter) => {
    await limiter.close();
    open--;
  });
  for (let rounds = 0; open > 0; rounds++) {
    assert.ok(rounds < 1_000, `${open} limiters are not closed`);
    await clock.advance(5);
  }
  await Promise.all(closing);
}

/** What is leased is used up to a term later than it was counted, and an answer is heard within the time for it. */
function holdAgainst(passed: readonly Passed[], { limit, windowMs, burst }: RateRule): void {
  const { termMs, most } = leaseTerms(fullRules([{ name: 'r', limit, windowMs, burst: burst! }]), 20, 1 / PROCESSES);
  const lateMs = most === 0 ? 0 : termMs;
  for (let from = 0; from < passed.length; from++) {
    let units = 0;
    for (const { ms, cost } of passed.slice(from)) {
      units += cost;
      const mayPass = burst! + ((ms - passed[from]!.ms + lateMs) * limit) / windowMs;
      assert.ok(units <= mayPass, `${units} units in ${ms - passed[from]!.ms} ms, at most ${mayPass}`);
    }
  }
}
