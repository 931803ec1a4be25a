import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Clock } from '../core/index.ts';
import { createFakeClock, propertySeed } from '../testing/index.ts';
import { BucketModel, overAdmission, type Passed } from './gcra.test.model.ts';
import { createRateLimiter, type RateRule } from './index.ts';

/** A clock that is set by hand, to fractions of a millisecond. It has no timers: who wants one fails. */
function handClock(): Clock & { ms: number } {
  const clock = {
    ms: 0,
    now: () => clock.ms,
    wallNow: () => assert.fail('wall clock'),
    schedule: () => assert.fail('timer'),
  };
  return clock;
}

const ruleOf = (name: string): fc.Arbitrary<RateRule> =>
  fc.record({
    name: fc.constant(name),
    limit: fc.integer({ min: 1, max: 40 }),
    windowMs: fc.integer({ min: 1, max: 3_000 }),
    burst: fc.integer({ min: 1, max: 50 }),
  });

const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ what: fc.constant('check' as const), cost: fc.integer({ min: 0, max: 12 }) }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('peek' as const), cost: fc.integer({ min: 0, max: 60 }) }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('settle' as const), cost: fc.integer({ min: 0, max: 9 }) }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('settle' as const), cost: fc.integer({ min: 9, max: 200 }) }) },
);
const pause = fc.oneof(
  fc.constant(0),
  fc.double({ min: 0, max: 200, noNaN: true }),
  fc.integer({ min: 0, max: 4_000 }),
);
const steps = fc.array(fc.tuple(pause, fc.constantFrom('a', 'b'), step), { minLength: 1, maxLength: 80 });

test('[RATE-2, RATE-4, RATE-5, RATE-6, RATE-7, RATE-8] whatever is done, decisions are those of the exact model', () => {
  const property = fc.property(ruleOf('one'), ruleOf('two'), steps, (one, two, script) => {
    const clock = handClock();
    const limiter = createRateLimiter({ rules: [one, two], clock });
    const bucketsOf = {
      a: [new BucketModel(one), new BucketModel(two)],
      b: [new BucketModel(one), new BucketModel(two)],
    };
    for (const [wait, key, { what, cost }] of script) {
      clock.ms += wait;
      const buckets = bucketsOf[key as 'a' | 'b'];
      for (const bucket of buckets) bucket.to(clock.ms);
      if (what === 'settle') {
        limiter.settle(key, { ...limiter.peek(key), allowed: true, cost: 9 }, cost);
        for (const bucket of buckets) bucket.take(cost - 9);
        continue;
      }
      const waits = buckets.map((bucket) => bucket.retryAfterMs(cost));
      const allowed = Math.max(...waits) === 0;
      const decision = limiter[what](key, cost);
      if (allowed && what === 'check') for (const bucket of buckets) bucket.take(cost);
      const { remaining, resetMs } = buckets[decision.rule.name === 'one' ? 0 : 1]!;
      const retryAfterMs = Math.max(...waits);
      const countedAt = Math.floor(clock.ms * 16_000);
      assert.deepEqual(decision, { allowed, cost, rule: decision.rule, remaining, retryAfterMs, resetMs, countedAt });
      if (allowed) assert.equal(remaining, Math.min(...buckets.map((bucket) => bucket.remaining)));
    }
  });
  fc.assert(property, { numRuns: 2_000, ...propertySeed() });
});

test('[RATE-1, RATE-31] no key passes more than its rule says in any span, with places for all or for few', () => {
  const asked = fc.tuple(pause, fc.integer({ min: 0, max: 5 }), fc.integer({ min: 1, max: 4 }));
  const property = fc.property(
    ruleOf('one'),
    fc.integer({ min: 1, max: 7 }),
    fc.array(asked, { maxLength: 120 }),
    (rule, maxKeys, questions) => {
      const clock = handClock();
      const limiter = createRateLimiter({ rules: [rule], maxKeys, clock });
      const passed = new Map<string, Passed[]>();
      for (const [wait, who, cost] of questions) {
        clock.ms += wait;
        const key = `key${who}`;
        if (!limiter.check(key, cost).allowed) continue;
        passed.set(key, [...(passed.get(key) ?? []), { atMs: clock.ms, cost }]);
      }
      for (const [key, each] of passed) assert.equal(overAdmission(rule, each), undefined, key);
    },
  );
  fc.assert(property, { numRuns: 1_500, ...propertySeed() });
});

test('[RATE-1] right after a pause a burst passes, and then the pace', () => {
  const clock = handClock();
  const limiter = createRateLimiter({ rules: [{ name: 'r', limit: 10, windowMs: 1_000, burst: 3 }], clock });
  const passing = (): number => Array.from({ length: 20 }, () => limiter.isAllowed('k')).filter(Boolean).length;
  assert.equal(passing(), 3);
  clock.ms += 99;
  assert.equal(passing(), 0);
  clock.ms += 1;
  assert.equal(passing(), 1);
  clock.ms += 1_000;
  assert.equal(passing(), 3);
});

test('[RATE-3] who asks again and again passes when they were told, and not a millisecond before', () => {
  const property = fc.property(ruleOf('one'), fc.integer({ min: 0, max: 9 }), (rule, busy) => {
    const clock = handClock();
    const limiter = createRateLimiter({ rules: [rule], clock });
    for (let count = 0; count < busy; count++) limiter.check('k', 1);
    let denied = limiter.check('k', rule.burst!);
    while (denied.allowed) denied = limiter.check('k', rule.burst!);
    const due = clock.ms + denied.retryAfterMs;
    for (; clock.ms < due - 1; clock.ms += Math.max(1, Math.floor((due - 1 - clock.ms) / 2))) {
      assert.equal(limiter.check('k', rule.burst!).allowed, false);
    }
    assert.equal(limiter.check('k', rule.burst!).allowed, false);
    clock.ms = due;
    assert.deepEqual([limiter.check('k', rule.burst!).allowed, limiter.stats().keys], [true, 1]);
  });
  fc.assert(property, { numRuns: 300, ...propertySeed() });
});

test('[RATE-4] what one rule denies is counted by none, and the rule to wait for is named', () => {
  const clock = handClock();
  const rules = [
    { name: 'second', limit: 2, windowMs: 1_000 },
    { name: 'hour', limit: 100, windowMs: 3_600_000 },
  ];
  const limiter = createRateLimiter({ rules, clock });
  for (let count = 0; count < 50; count++) limiter.check('k');
  const { allowed, rule, remaining } = limiter.peek('k');
  assert.deepEqual([allowed, rule.name, remaining], [false, 'second', 0]);
  clock.ms += 1_000;
  assert.equal(limiter.check('k', 2).allowed, true);
  clock.ms += 3_600_000;
  assert.equal(limiter.check('k', 96).rule.name, 'second');
  assert.equal(limiter.check('k', 96).retryAfterMs, Infinity);
});

test('[RATE-5] a cost above the burst never passes, and what is no cost is refused', () => {
  const limiter = createRateLimiter({ rules: [{ name: 'r', limit: 10, windowMs: 1_000 }], clock: handClock() });
  const { allowed, retryAfterMs, remaining, resetMs } = limiter.check('k', 11);
  assert.deepEqual([allowed, retryAfterMs, remaining, resetMs], [false, Infinity, 10, 0]);
  limiter.check('k', 10);
  assert.equal(limiter.check('k', 0).allowed, true);
  limiter.settle('k', limiter.check('k'), 1);
  assert.equal(limiter.check('k', 0).allowed, false);
  for (const cost of [-1, 0.5, Number.NaN, Infinity, 1_000_000_001, '1' as never]) {
    const settle = (): void => limiter.settle('k', limiter.peek('k'), cost);
    for (const ask of [() => limiter.check('k', cost), () => limiter.peek('k', cost), settle]) {
      assert.throws(ask, { code: 'MILLRACE_RATELIMIT_COST_INVALID' });
    }
  }
});

test('[RATE-6, RATE-7] what was reserved is corrected to what was used', () => {
  const clock = handClock();
  const limiter = createRateLimiter({ rules: [{ name: 'tokens', limit: 100, windowMs: 1_000 }], clock });
  const first = limiter.check('k', 80);
  limiter.settle('k', first, 30);
  assert.equal(limiter.peek('k').remaining, 70);
  limiter.settle('k', limiter.check('k', 50), 1_000_000_000);
  const { allowed, retryAfterMs } = limiter.peek('k');
  assert.deepEqual([allowed, retryAfterMs], [false, 1_010]);
  clock.ms += 2_000;
  const denied = limiter.check('k', 101);
  const passed = limiter.check('k', 40);
  limiter.refund('k', denied);
  assert.equal(limiter.peek('k').remaining, 60);
  limiter.refund('k', passed);
  limiter.refund('k', passed);
  limiter.refund('unknown', passed);
  assert.deepEqual([limiter.peek('k').remaining, limiter.peek('unknown').remaining], [100, 100]);
});

test('[RATE-6] what is given back late takes nothing back that others owe, and nothing of it is lost', () => {
  const clock = handClock();
  const limiter = createRateLimiter({ rules: [{ name: 'tokens', limit: 100, windowMs: 1_000 }], clock });
  const first = limiter.check('k', 80);
  clock.ms += 800;
  limiter.check('k', 100);
  limiter.refund('k', first);
  assert.equal(limiter.peek('k').remaining, 0);
  clock.ms += 700;
  const reserved = limiter.check('k', 70);
  assert.equal(reserved.allowed, true);
  clock.ms += 200;
  // 300 ms were owed to others before it, so nothing of it has been worked off.
  limiter.settle('k', reserved, 10);
  assert.deepEqual([limiter.peek('k').remaining, limiter.peek('k').resetMs], [80, 200]);
});

test('[RATE-8] looking takes no place', () => {
  const limiter = createRateLimiter({ clock: handClock() });
  for (let count = 0; count < 500; count++) assert.equal(limiter.peek('k').remaining, 100);
  assert.deepEqual(limiter.stats(), { allowed: 0, denied: 0, shadowDenied: 0, keys: 0, crowded: 0, banned: 0 });
});

test('[RATE-9] the short form counts each pair of numbers for itself', () => {
  const clock = handClock();
  const limiter = createRateLimiter({ rules: [{ name: 'r', limit: 1, windowMs: 60_000 }], clock });
  const passing = (...numbers: [number?, number?]): number =>
    Array.from({ length: 300 }, () => limiter.isAllowed('k', ...numbers)).filter(Boolean).length;
  assert.deepEqual([passing(5, 1_000), passing(5, 2_000), passing(100, 60_000), passing()], [5, 5, 100, 1]);
  assert.deepEqual([passing(100), passing(undefined, 60_000), passing(undefined, 1_000)], [0, 0, 100]);
  clock.ms += 600;
  assert.deepEqual([passing(5, 1_000), passing(5, 2_000), passing(100, 60_000)], [3, 1, 1]);
  assert.throws(() => limiter.isAllowed('k', 0), { code: 'MILLRACE_RATELIMIT_OPTION_INVALID' });
  assert.throws(() => limiter.isAllowed('k', 251, 1), { code: 'MILLRACE_RATELIMIT_OPTION_INVALID' });
});

test('[RATE-9] without rules 100 pass, and one more each 600 ms', () => {
  const clock = handClock();
  const limiter = createRateLimiter({ clock });
  for (let count = 0; count < 100; count++) assert.equal(limiter.isAllowed('k'), true);
  assert.deepEqual([limiter.isAllowed('k'), limiter.check('k').retryAfterMs], [false, 600]);
});

test('[RATE-10] a wall clock that steps changes nothing', async () => {
  const clock = createFakeClock();
  const limiter = createRateLimiter({ rules: [{ name: 'r', limit: 1, windowMs: 1_000 }], clock });
  limiter.check('k');
  for (const step of [3_600_000, -7_200_000]) {
    clock.jumpWall(step);
    assert.equal(limiter.check('k').retryAfterMs, 1_000);
  }
  await clock.advance(1_000);
  assert.equal(limiter.check('k').allowed, true);
});
