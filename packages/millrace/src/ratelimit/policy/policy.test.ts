import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type RateHittersSignal, rateCheck, rateHitters } from '../../signals/index.ts';
import { createFakeClock, propertySeed } from '../../testing/index.ts';
import {
  checkTogether,
  createRateLimiter,
  type RateDecision,
  type RateLimiterOptions,
  type RateRule,
} from '../index.ts';

const RULE: RateRule = { name: 'r', limit: 10, windowMs: 1_000 };

function open(options: RateLimiterOptions = {}): {
  readonly limiter: ReturnType<typeof createRateLimiter>;
  readonly clock: ReturnType<typeof createFakeClock>;
} {
  const clock = createFakeClock();
  return { limiter: createRateLimiter({ name: 'api', rules: [RULE], clock, ...options }), clock };
}

function passing(limiter: ReturnType<typeof createRateLimiter>, key = 'k', asks = 100): number {
  let passed = 0;
  for (let asked = 0; asked < asks; asked++) if (limiter.check(key).allowed) passed++;
  return passed;
}

const algorithm = fc.constantFrom('gcra', 'sliding-counter', 'exact-log', 'fixed-window');
const numbers = fc.record({ limit: fc.integer({ min: 1, max: 20 }), windowMs: fc.integer({ min: 1, max: 2_000 }) });

test('[RATE-120] a rule that changes keeps what is counted, and nobody waits for more than may be owed by it', async () => {
  const property = fc.asyncProperty(
    algorithm,
    numbers,
    numbers,
    fc.nat({ max: 2_500 }),
    async (kind, first, then, waitMs) => {
      const { limiter, clock } = open({ rules: [{ name: 'r', algorithm: kind, ...first }] });
      passing(limiter);
      await clock.advance(waitMs);
      const before = limiter.peek('k', 0);
      limiter.change([{ name: 'r', algorithm: kind, ...then }]);
      const after = limiter.peek('k');
      assert.ok(after.resetMs <= 2 * then.windowMs, `${after.resetMs}`);
      assert.ok(after.remaining <= then.limit);
      // Raised limits are worth more at once, others never more than before.
      if (then.limit <= first.limit && then.windowMs === first.windowMs) assert.ok(after.remaining <= before.remaining);
      await clock.advance(after.retryAfterMs);
      assert.ok(limiter.check('k').allowed);
    },
  );
  await fc.assert(property, { numRuns: 150, ...propertySeed() });
});

test('[RATE-120] what is owed is a time, whatever the numbers are before and after', async () => {
  const { limiter, clock } = open({ rules: [{ ...RULE, limit: 100 }] });
  assert.equal(passing(limiter, 'k', 30), 30);
  limiter.change([{ ...RULE, limit: 10 }]);
  // Thirty of a hundred a second are 0.3 s, and those are three of ten.
  assert.equal(passing(limiter), 7);
  await clock.advance(1_000);
  assert.equal(passing(limiter), 10);
  limiter.change([{ ...RULE, limit: 100, windowMs: 10_000 }]);
  assert.equal(passing(limiter, 'other', 200), 100);
  // Ten units of a second are as good as ten of the hundred of ten seconds.
  assert.equal(passing(limiter, 'k', 200), 90);
});

test('[RATE-121] rules that are new, or that count in another way, start anew; others are not asked any more', () => {
  const { limiter } = open({ rules: [RULE, { ...RULE, name: 'gone', limit: 5 }] });
  assert.equal(passing(limiter), 5);
  limiter.change([{ ...RULE, name: 'new', limit: 7 }, RULE]);
  assert.deepEqual(
    limiter.rules.map(({ name }) => name),
    ['new', 'r'],
  );
  assert.equal(passing(limiter), 5);
  limiter.change([{ ...RULE, algorithm: 'fixed-window', limit: 3 }]);
  assert.equal(passing(limiter), 3);
});

test('[RATE-121] a change that is refused changes nothing', () => {
  const { limiter } = open();
  for (const rules of [[], [{ ...RULE, limit: 0 }], [RULE, RULE], [{ ...RULE, shadow: 'yes' as never }]]) {
    assert.throws(() => limiter.change(rules), { code: 'MILLRACE_RATELIMIT_OPTION_INVALID' });
  }
  assert.throws(() => limiter.change([{ ...RULE, max: 1 } as never]), { code: 'MILLRACE_CORE_OPTION_UNKNOWN' });
  assert.equal(passing(limiter), 10);
  limiter.close();
  assert.throws(() => limiter.change([RULE]), { code: 'MILLRACE_RATELIMIT_CLOSED' });
});

test('[RATE-122] a rule in shadow mode tells what it would do and never does it', async () => {
  const step = fc.record({ waitMs: fc.nat({ max: 300 }), cost: fc.integer({ min: 0, max: 4 }) });
  const property = fc.asyncProperty(algorithm, fc.array(step, { maxLength: 60 }), async (kind, steps) => {
    const rule: RateRule = { ...RULE, limit: 5, algorithm: kind };
    const clock = createFakeClock();
    const real = createRateLimiter({ rules: [rule], clock });
    const shadow = createRateLimiter({ rules: [{ ...rule, shadow: true }], clock });
    const beside = createRateLimiter({
      rules: [
        { ...rule, shadow: true },
        { ...RULE, name: 'all', limit: 200 },
      ],
      clock,
    });
    for (const { waitMs, cost } of steps) {
      await clock.advance(waitMs);
      const due = real.check('k', cost);
      for (const limiter of [shadow, beside]) {
        const decision = limiter.check('k', cost);
        assert.equal(decision.allowed, true);
        const { rule: named, retryAfterMs } = decision.shadow ?? { rule: undefined, retryAfterMs: 0 };
        assert.equal(retryAfterMs, due.retryAfterMs);
        assert.equal(named?.name, due.allowed ? undefined : 'r');
      }
    }
    assert.equal(shadow.stats().shadowDenied, real.stats().denied);
    assert.equal(beside.stats().denied, 0);
  });
  await fc.assert(property, { numRuns: 60, ...propertySeed() });
});

test('[RATE-122] what is denied counts by no rule in shadow mode, and signals name the rule that would deny', (t) => {
  const strict: RateRule = { ...RULE, name: 'strict', limit: 2, shadow: true };
  const { limiter } = open({ rules: [strict, { ...RULE, limit: 3 }] });
  const heard: unknown[] = [];
  t.after(rateCheck.subscribe(({ outcome, shadow }) => heard.push([outcome, shadow])));
  const decisions = [1, 2, 3, 4].map(() => limiter.check('k'));
  assert.deepEqual(
    decisions.map(({ rule }) => rule.name),
    ['r', 'r', 'r', 'r'],
  );
  assert.deepEqual(heard, [
    ['allowed', undefined],
    ['allowed', undefined],
    ['allowed', 'strict'],
    ['denied', 'strict'],
  ]);
  // Out of the shadow it keeps what it has counted: two units, and not what it would have denied.
  limiter.refund('k', decisions[2]!);
  limiter.change([{ ...strict, shadow: false }, RULE]);
  assert.deepEqual([limiter.peek('k').remaining, limiter.peek('k').rule.name], [0, 'strict']);
  limiter.refund('k', decisions[0]!);
  assert.equal(limiter.peek('k').remaining, 1);
});

test('[RATE-123] a ban denies everything of a key until its end, and asking does not prolong it', async () => {
  const { limiter, clock } = open();
  assert.equal(limiter.ban(['user', '7'], 5_000), true);
  await clock.advance(1_000);
  const due: Partial<RateDecision> = {
    allowed: false,
    retryAfterMs: 4_000,
    resetMs: 4_000,
    banned: true,
    remaining: 0,
  };
  for (const decision of [limiter.check(['user', '7']), limiter.peek(['user', '7'], 0), limiter.check(['user', '7'])]) {
    assert.deepEqual({ ...decision, ...due }, decision);
  }
  assert.deepEqual([limiter.isAllowed(['user', '7']), limiter.isAllowed(['user', '7'], 1_000, 1)], [false, false]);
  assert.equal(limiter.check(['user', '8']).allowed, true);
  await clock.advance(3_999);
  assert.equal(limiter.check(['user', '7']).allowed, false);
  await clock.advance(1);
  assert.deepEqual([limiter.check(['user', '7']).banned, passing(limiter, 'k')], [undefined, 10]);
  limiter.ban('k', 60_000);
  assert.deepEqual([limiter.unban('k'), limiter.unban('k')], [true, false]);
  await clock.advance(1_000);
  assert.equal(passing(limiter), 10);
  for (const ms of [0, 1.5, 32 * 86_400_000]) {
    assert.throws(() => limiter.ban('k', ms), { code: 'MILLRACE_RATELIMIT_OPTION_INVALID' });
  }
});

test('[RATE-123] no more keys are banned than there is room for, and those that served their time make room', async () => {
  const { limiter, clock } = open({ maxKeys: 40 });
  for (let at = 0; at < 40; at++) assert.equal(limiter.ban(`${at}`, at < 3 ? 1_000 : 60_000), true);
  assert.deepEqual([limiter.ban('more', 1_000), limiter.check('more').allowed], [false, true]);
  assert.equal(limiter.ban('39', 90_000), true);
  await clock.advance(1_000);
  const taken = ['a', 'b', 'c', 'd', 'e'].map((key) => limiter.ban(key, 60_000));
  assert.equal(taken.filter(Boolean).length, 3);
  assert.equal(limiter.stats().banned, 40);
});

test('[RATE-124] who is denied so often within a time is banned for a time, and denials of a ban count for none', async () => {
  const { limiter, clock } = open({ autoBan: { afterDenials: 5, withinMs: 2_000, forMs: 10_000 } });
  passing(limiter, 'k', 10 + 4);
  await clock.advance(2_000);
  passing(limiter, 'k', 10 + 4);
  assert.equal(limiter.stats().banned, 0);
  assert.equal(limiter.check('k').banned, undefined);
  assert.equal(limiter.check('k').banned, true);
  await clock.advance(9_999);
  assert.equal(passing(limiter), 0);
  await clock.advance(1);
  assert.equal(passing(limiter, 'k', 10 + 4), 10);
  assert.equal(limiter.check('other').allowed, true);
  for (const autoBan of [
    { afterDenials: 0, withinMs: 1_000, forMs: 1 },
    { afterDenials: 1, withinMs: 0, forMs: 1 },
    { afterDenials: 1, withinMs: 1_000, forMs: 0 },
  ])
    assert.throws(() => createRateLimiter({ autoBan }), { code: 'MILLRACE_RATELIMIT_OPTION_INVALID' });
});

test('[RATE-124] strangers that share a place are not banned for each other', () => {
  const { limiter } = open({
    maxKeys: 2,
    rules: [{ ...RULE, limit: 1 }],
    autoBan: { afterDenials: 3, withinMs: 9_000, forMs: 1_000 },
  });
  for (const key of ['a', 'b']) passing(limiter, key, 3);
  for (let at = 0; at < 20; at++) limiter.check(`stranger ${at}`);
  assert.equal(limiter.stats().banned, 0);
});

test('[RATE-126] what is asked together counts for all or for none', () => {
  const limits = fc.tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 6 }));
  const property = fc.property(
    limits,
    fc.array(fc.tuple(fc.nat({ max: 2 }), fc.nat({ max: 3 }), fc.boolean())),
    ([one, two], asks) => {
      const [users, networks] = [
        open({ rules: [{ ...RULE, limit: one }] }).limiter,
        open({ rules: [{ ...RULE, limit: two }] }).limiter,
      ];
      const left = new Map<string, number>();
      for (const [user, cost, twice] of asks) {
        const keys = [`u${user}`, `n${user % 2}`] as const;
        const needs = new Map([
          [keys[0], twice ? 2 * cost : cost],
          [keys[1], cost],
        ]);
        const most = (key: string): number => (key.startsWith('u') ? one : two);
        const fits = [...needs].every(([key, need]) => need <= (left.get(key) ?? most(key)));
        const asked = [
          { limiter: users, key: keys[0], cost },
          { limiter: networks, key: keys[1], cost },
        ];
        const { allowed, decisions } = checkTogether(twice ? [...asked, asked[0]!] : asked);
        assert.equal(allowed, fits);
        assert.equal(decisions.length, asked.length + (twice ? 1 : 0));
        if (allowed) for (const [key, need] of needs) left.set(key, (left.get(key) ?? most(key)) - need);
        for (const [key] of needs) {
          const limiter = key.startsWith('u') ? users : networks;
          assert.equal(limiter.peek(key, 0).remaining, left.get(key) ?? most(key));
        }
      }
    },
  );
  fc.assert(property, { numRuns: 150, ...propertySeed() });
  const { limiter } = open();
  checkTogether([
    { limiter, key: 'k', cost: 11 },
    { limiter, key: 'j' },
  ]);
  assert.deepEqual([limiter.stats().denied, limiter.stats().allowed], [1, 0]);
});

test('[RATE-128] while somebody listens the keys that are denied most are told at intervals, by hashes', async (t) => {
  const { limiter, clock } = open({ heavyHitters: { top: 2, intervalMs: 5_000, pepper: 'p'.repeat(16) } });
  passing(limiter, 'before', 50);
  const heard: RateHittersSignal[] = [];
  t.after(rateHitters.subscribe((signal) => heard.push(signal)));
  for (const [key, asks] of [
    ['a', 40],
    ['b', 60],
    ['c', 15],
  ] as const)
    passing(limiter, key, asks);
  assert.deepEqual([heard.length, clock.pendingTimers], [0, 0]);
  await clock.advance(5_000);
  passing(limiter, 'b', 11);
  assert.equal(heard.length, 1);
  const [{ name, spanMs, denials, keys }] = heard as [RateHittersSignal];
  assert.deepEqual([name, spanMs, denials], ['api', 5_000, 86]);
  assert.deepEqual(
    keys.map(({ count, error }) => [count, error]),
    [
      [51, 0],
      [30, 0],
    ],
  );
  assert.ok(keys.every(({ key }) => /^[\w-]{16}$/.test(key)));
  // One pepper, one name; and what is left is told at the end.
  const other = open({ heavyHitters: { pepper: 'p'.repeat(16) } }).limiter;
  passing(other, 'b', 11);
  other.close();
  assert.equal(heard[1]!.keys[0]!.key, keys[0]!.key);
  const plain = open({ heavyHitters: { plainKeys: true } }).limiter;
  passing(plain, 'b', 11);
  plain.close();
  plain.close();
  assert.deepEqual([heard.length, heard[2]!.keys], [3, [{ key: 'b', count: 1, error: 0 }]]);
  const random = open().limiter;
  passing(random, 'b', 11);
  random.close();
  assert.notEqual(heard[3]!.keys[0]!.key, keys[0]!.key);
  for (const heavyHitters of [{ top: 0 }, { intervalMs: 1 }, { pepper: 'short' }]) {
    assert.throws(() => createRateLimiter({ heavyHitters }), { code: 'MILLRACE_RATELIMIT_OPTION_INVALID' });
  }
});
