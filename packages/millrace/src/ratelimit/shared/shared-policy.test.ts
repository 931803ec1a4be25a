import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { suite, type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { Redis } from 'ioredis';
import { createIoredisDriver, type RedisDriver } from '../../redis/index.ts';
import { rateCheck } from '../../signals/index.ts';
import { createFakeClock, propertySeed } from '../../testing/index.ts';
import {
  checkSharedTogether,
  createSharedRateLimiter,
  type RateRule,
  type SharedRateLimiter,
  type SharedRateLimiterOptions,
} from '../index.ts';
import { FakeRedis } from './fake-redis.test.double.ts';

const RULE: RateRule = { name: 'r', limit: 10, windowMs: 3_600_000 };

async function open(t: TestContext): Promise<(options?: Partial<SharedRateLimiterOptions>) => SharedRateLimiter> {
  const client = new Redis(process.env.MILLRACE_TEST_REDIS ?? '', { lazyConnect: true });
  const driver: RedisDriver = createIoredisDriver({ client });
  t.after(() => driver.close());
  await driver.connected();
  const name = randomBytes(6).toString('hex');
  return (options = {}) => createSharedRateLimiter({ name, driver, rules: [RULE], timeoutMs: 5_000, ...options });
}

async function passing(limiter: SharedRateLimiter, asks: number, key = 'k'): Promise<number> {
  let passed = 0;
  for (let asked = 0; asked < asks; asked++) if ((await limiter.check(key)).allowed) passed++;
  return passed;
}

suite('policy on a real Redis', () => {
  test('[RATE-120, RATE-121] each process counts by the rules that it was told, over what all have counted', async (t) => {
    const make = await open(t);
    const [one, other] = [make(), make()];
    assert.equal(await passing(one, 12), 10);
    assert.equal((await other.check('k')).allowed, false);
    one.change([{ ...RULE, limit: 20 }]);
    // Ten of ten are an hour that is owed, and that is twenty of twenty.
    assert.equal((await one.peek('k')).remaining, 0);
    one.change([
      { ...RULE, burst: 15 },
      { ...RULE, name: 'new', limit: 3 },
    ]);
    assert.deepEqual([await passing(one, 12), one.rules.length], [3, 2]);
    assert.equal((await other.check('k')).allowed, false);
    one.change([{ ...RULE, windowMs: 1_000 }]);
    assert.ok((await one.peek('k')).resetMs <= 1_000);
    assert.throws(() => one.change([]), { code: 'MILLRACE_RATELIMIT_OPTION_INVALID' });
  });

  test('[RATE-122] a rule in shadow mode says what one that is kept says, counts apart, and denies nothing', async (t) => {
    const make = await open(t);
    const strict: RateRule = { ...RULE, name: 'strict', limit: 3, shadow: true };
    const heard: unknown[] = [];
    for (const rules of [[strict, { ...RULE, limit: 5 }], [strict]]) {
      const limiter = make({ rules, name: randomBytes(6).toString('hex') });
      const decisions = [];
      for (let asked = 0; asked < 5; asked++) decisions.push(await limiter.check('k'));
      assert.deepEqual(
        decisions.map(({ allowed, shadow }) => [allowed, shadow?.rule.name]),
        [1, 2, 3, 4, 5].map((at) => [true, at > 3 ? 'strict' : undefined]),
      );
      assert.ok(decisions[4]!.shadow!.retryAfterMs > 1_000_000);
      t.after(rateCheck.subscribe(({ name, shadow }) => name === limiter.name && heard.push(shadow)));
      await limiter.refund('k', decisions[4]!);
      assert.equal((await limiter.peek('k')).shadow?.rule.name, 'strict');
      await limiter.refund('k', decisions[0]!);
      assert.equal((await limiter.check('k')).shadow, undefined);
      assert.equal(limiter.stats().shadowDenied, 2);
    }
    assert.deepEqual(heard, [undefined, undefined]);
  });

  test('[RATE-123, RATE-125] a ban is one in all processes, the last one counts, and it can be lifted', async (t) => {
    const make = await open(t);
    const clock = createFakeClock();
    const [one, other] = [make({ bans: true }), make({ bans: true, clock })];
    assert.equal(await one.ban('k', 60_000), true);
    assert.equal(await one.ban('k', 10_000), true);
    const { allowed, banned, by, retryAfterMs } = await other.check('k');
    assert.deepEqual([allowed, banned, by], [false, true, 'redis']);
    assert.ok(retryAfterMs > 9_000 && retryAfterMs <= 10_000, `${retryAfterMs}`);
    assert.equal((await other.check('k')).by, 'denial');
    assert.deepEqual([await other.isAllowed('k', 5, 1_000), (await other.peek('k')).banned], [false, true]);
    assert.equal((await other.check('j')).allowed, true);
    assert.equal(await one.unban('k'), true);
    assert.equal((await other.check('k')).banned, true);
    await clock.advance(1_000);
    // What was asked while it was banned has been given back.
    assert.equal(await passing(other, 12), 10);
    assert.equal(await one.ban('k', 2_678_400_000), true);
    assert.ok((await one.peek('k')).retryAfterMs > 2_678_000_000);
  });

  test('[RATE-124, RATE-125] who is denied again and again is banned for all', async (t) => {
    const make = await open(t);
    const [one, other] = [
      make({ autoBan: { afterDenials: 3, withinMs: 60_000, forMs: 30_000 } }),
      make({ bans: true }),
    ];
    assert.equal(await passing(one, 13), 10);
    assert.equal((await one.check('k')).banned, true);
    assert.equal((await other.check('k')).banned, true);
    await assert.rejects(make().ban('k', 1_000), { code: 'MILLRACE_RATELIMIT_OPTION_INVALID' });
  });

  test('[RATE-126] what is asked together of limits in Redis counts for all or for none', async (t) => {
    const make = await open(t);
    const named = (limit: number): SharedRateLimiter =>
      make({ name: randomBytes(6).toString('hex'), rules: [{ ...RULE, limit }] });
    const property = fc.asyncProperty(
      fc.array(fc.tuple(fc.nat({ max: 2 }), fc.nat({ max: 3 })), { maxLength: 12 }),
      async (asks) => {
        const [users, networks] = [named(4), named(5)];
        const left = new Map<string, number>();
        for (const [user, cost] of asks) {
          const [u, n] = [`u${user}`, `n${user % 2}`];
          const fits = cost <= (left.get(u) ?? 4) && cost <= (left.get(n) ?? 5);
          const { allowed } = await checkSharedTogether([
            { limiter: users, key: u, cost },
            { limiter: networks, key: n, cost },
          ]);
          assert.equal(allowed, fits);
          if (allowed) left.set(u, (left.get(u) ?? 4) - cost).set(n, (left.get(n) ?? 5) - cost);
          assert.equal((await users.peek(u, 0)).remaining, left.get(u) ?? 4);
          assert.equal((await networks.peek(n, 0)).remaining, left.get(n) ?? 5);
        }
      },
    );
    await fc.assert(property, { numRuns: 15, ...propertySeed() });
  });
});

test('[RATE-125] while Redis is away a ban that is known holds, and rules in shadow mode decide nothing', async () => {
  const [redis, clock] = [new FakeRedis(), createFakeClock()];
  const rules: readonly RateRule[] = [
    { ...RULE, whenAway: 'closed', shadow: true },
    { ...RULE, name: 'local', limit: 2 },
  ];
  const limiter = createSharedRateLimiter({ driver: redis.driver, rules, bans: true, clock });
  redis.ready = false;
  assert.equal(await limiter.ban('k', 5_000), false);
  await clock.advance(4_000);
  assert.deepEqual([(await limiter.check('k')).retryAfterMs, (await limiter.check('k')).banned], [1_000, true]);
  assert.deepEqual([await passing(limiter, 5, 'j'), limiter.stats().decided.local], [2, 5]);
  await clock.advance(1_000);
  assert.equal(await passing(limiter, 5), 2);
});

test('[RATE-54, RATE-125] a denial that holds is given again without a question about bans, but one that is known is asked about', async () => {
  const [redis, clock] = [new FakeRedis(), createFakeClock()];
  const limiter = createSharedRateLimiter({ driver: redis.driver, rules: [RULE], bans: true, clock });
  const denied = async (): Promise<number[]> => [1, 16_000 * 5_000, 0, 16_000 * 5_000];
  const words = (): number => redis.asked.length;
  redis.answer = denied;
  // The ban is asked about too, and this Redis says of it what it says of the rule.
  assert.equal((await limiter.check('k')).banned, true);
  redis.answer = async () => [1, 0, 9, 0];
  await clock.advance(1_000);
  assert.equal((await limiter.check('k')).banned, undefined);
  const before = words();
  const again = await limiter.check('k');
  assert.deepEqual([again.by, again.retryAfterMs, words()], ['denial', 4_000, before]);
  redis.ready = false;
  await limiter.ban('k', 60_000);
  redis.ready = true;
  redis.answer = denied;
  await clock.advance(1_000);
  const { banned, by } = await limiter.check('k');
  assert.deepEqual([banned, by, words() > before], [true, 'redis', true]);
});

test('[RATE-126] one failure gives back what the others counted', async () => {
  const redis = new FakeRedis();
  const limiter = createSharedRateLimiter({ driver: redis.driver, rules: [RULE] });
  await assert.rejects(
    checkSharedTogether([
      { limiter, key: 'k' },
      { limiter, key: 'k', cost: 0.5 },
    ]),
    { code: 'MILLRACE_RATELIMIT_COST_INVALID' },
  );
  assert.deepEqual(
    redis.asked.map((words) => [words[1], words.at(-1)]),
    [
      ['check', '1'],
      ['back 7 0 1 0', '1'],
    ],
  );
});
