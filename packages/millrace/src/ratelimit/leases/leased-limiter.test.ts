import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rateCheck } from '../../signals/index.ts';
import { createFakeClock, type FakeClock, propertySeed } from '../../testing/index.ts';
import type { RateRule } from '../rate-rule.ts';
import { CountingRedis } from './counting-redis.test.double.ts';
import {
  createLeasedRateLimiter,
  type LeasedRateDecision,
  type LeasedRateLimiter,
  type LeasedRateLimiterOptions,
} from './index.ts';
import { leasedRaces } from './leased-race.test.model.ts';

const RULE: RateRule = { name: 'r', limit: 10_000, windowMs: 10_000, burst: 10_000 };

function open(options: Partial<LeasedRateLimiterOptions> = {}): {
  readonly limiter: LeasedRateLimiter;
  readonly redis: CountingRedis;
  readonly clock: FakeClock;
} {
  const clock = createFakeClock();
  const redis = new CountingRedis(clock);
  return { limiter: createLeasedRateLimiter({ driver: redis.driver, rules: [RULE], clock, ...options }), redis, clock };
}

/** Asks so often, one after the other; how many passed, by whom. */
async function ask(limiter: LeasedRateLimiter, count: number, key = 'k', cost = 1): Promise<Record<string, number>> {
  const by: Record<string, number> = {};
  for (let asked = 0; asked < count; asked++) {
    const decision = await limiter.check(key, cost);
    const word = decision.allowed ? decision.by : `no by ${decision.by}`;
    by[word] = (by[word] ?? 0) + 1;
  }
  return by;
}

test('[RATE-70] processes that lease, stop, crash and lose answers never pass more than the rule says, a term later', async () => {
  await leasedRaces(createFakeClock, { numRuns: 60, ...propertySeed() });
});

test('[RATE-71] a hot key is decided at once, from leases that grow with the demand, in few questions', async () => {
  const { limiter, redis } = open();
  const by = await ask(limiter, 8_000);
  assert.equal(by.lease! + by.redis!, 8_000);
  assert.ok(redis.calls.length <= 60, `${redis.calls.length} calls`);
  const decision = limiter.check('k');
  assert.ok(!(decision instanceof Promise));
  assert.equal(decision.by, 'lease');
  const { unused, units } = limiter.stats().held;
  assert.ok(units > 7_900 && unused > 0 && unused <= 2_500);
});

test('[RATE-71] a key that is asked about now and then has no lease', async () => {
  const { limiter, redis, clock } = open();
  for (let asked = 0; asked < 20; asked++) {
    assert.deepEqual(await ask(limiter, 1), { redis: 1 });
    await clock.advance(30);
  }
  assert.equal(limiter.stats().held.leases, 0);
  assert.equal(redis.calls.length, 20);
});

test('[RATE-72] what is not used is given back after its term, as much as cannot have been worked off', async () => {
  const { limiter, clock } = open();
  await ask(limiter, 1_000);
  const { unused } = limiter.stats().held;
  assert.ok(unused > 100);
  await clock.advance(100);
  assert.deepEqual([limiter.stats().held.unused, limiter.stats().held.givenBack], [0, unused]);
  // 100 of what was leased had been worked off: all that was given back was the rest, and 1,000 are owed as before.
  assert.equal((await limiter.peek('k', 0)).remaining, 9_000);
  assert.equal(clock.pendingTimers, 0);
});

test('[RATE-72] a lease that is over passes nobody, also before its end was noticed', async () => {
  const { limiter, redis, clock } = open({ rules: [{ ...RULE, whenAway: 'closed' }] });
  await ask(limiter, 1_000);
  redis.ready = false;
  assert.deepEqual(await ask(limiter, 1), { lease: 1 });
  await clock.advance(100);
  assert.deepEqual(await ask(limiter, 1), { 'no by local': 1 });
});

test('[RATE-72] closing gives back what is leased, and ends when that is done', async () => {
  const { limiter, redis, clock } = open();
  await ask(limiter, 1_000);
  {
    await using closing = limiter;
    assert.ok(closing.stats().held.unused > 0);
  }
  assert.equal(clock.pendingTimers, 0);
  assert.ok(redis.calls.some(([what]) => what?.startsWith('back ')));
  const other = createLeasedRateLimiter({ driver: redis.driver, rules: [RULE], clock });
  assert.equal((await other.peek('k', 0)).remaining, 9_000);
  assert.throws(() => limiter.check('k'), { code: 'MILLRACE_RATELIMIT_CLOSED' });
  await assert.rejects(limiter.peek('k'), { code: 'MILLRACE_RATELIMIT_CLOSED' });
});

test('[RATE-73] near the limit every unit is asked for, so that all of them pass, and denials are remembered', async () => {
  const { limiter, redis } = open();
  const by = await ask(limiter, 12_000);
  assert.equal(by.lease! + by.redis!, 10_000);
  assert.ok(by.redis! >= 900, `${by.redis} by Redis`);
  assert.deepEqual([by['no by redis'], by['no by denial']], [1, 1_999]);
  assert.ok(redis.calls.length < 1_300, `${redis.calls.length} calls`);
});

test('[RATE-73] small limits and short windows are counted one by one', async () => {
  for (const rule of [
    { ...RULE, limit: 19, burst: 1_000 },
    { ...RULE, burst: 15 },
    { ...RULE, windowMs: 150, limit: 10_000 },
  ]) {
    const { limiter } = open({ rules: [rule] });
    assert.deepEqual(await ask(limiter, 10), { redis: 10 });
  }
});

test('[RATE-74] who waits is decided with the next lease, and by the rules when Redis does not answer', async () => {
  const { limiter, redis, clock } = open({ localShare: 0.001 });
  const asked = Array.from({ length: 50 }, () => limiter.check('k'));
  const decided = await Promise.all(asked);
  assert.ok(decided.every(({ allowed, by }) => allowed && by === 'redis'));
  assert.equal(redis.calls.length, 2);
  redis.loseNext = true;
  const late = limiter.check('l') as Promise<LeasedRateDecision>;
  const behind = limiter.check('l') as Promise<LeasedRateDecision>;
  await clock.advance(5);
  assert.deepEqual([(await late).by, (await behind).by], ['local', 'local']);
  assert.deepEqual(await ask(limiter, 1, 'l'), { redis: 1 });
});

test('[RATE-74] costs beyond a lease, and beyond the burst, are asked for by themselves', async () => {
  const { limiter } = open();
  await ask(limiter, 100);
  const big = await limiter.check('k', 6_000);
  assert.deepEqual([big.allowed, big.by], [true, 'redis']);
  const never = await limiter.check('k', 10_001);
  assert.deepEqual([never.allowed, never.retryAfterMs], [false, Infinity]);
  const decision = await limiter.check('k', 100);
  assert.equal(await limiter.settle('k', decision, 40), true);
  assert.equal(await limiter.refund('k', big), true);
});

test('[RATE-75] no more keys than may be have leases, and the oldest give theirs back', async () => {
  const { limiter, clock } = open({ maxKeys: 2 });
  for (const key of ['a', 'b', 'c']) await ask(limiter, 200, key);
  const { keys, givenBack } = limiter.stats().held;
  assert.equal(keys, 2);
  assert.ok(givenBack > 0);
  assert.equal(clock.pendingTimers, 1);
});

test('[RATE-76] options are checked, and decisions are counted and published by who made them', async (t) => {
  const { driver } = new CountingRedis(createFakeClock());
  for (const wrong of [
    { leaseMs: 0 },
    { localShare: 0 },
    { rules: [{ ...RULE, algorithm: 'fixed-window' as const }] },
    { rules: [{ ...RULE, shadow: true }] },
  ]) {
    assert.throws(() => createLeasedRateLimiter({ driver, ...wrong }), { code: 'MILLRACE_RATELIMIT_OPTION_INVALID' });
  }
  const unknown = { driver, nodes: 3 } as LeasedRateLimiterOptions;
  assert.throws(() => createLeasedRateLimiter(unknown), { code: 'MILLRACE_CORE_OPTION_UNKNOWN' });
  const { limiter, redis } = open({ name: 'hot' });
  let heard = 0;
  t.after(rateCheck.subscribe(({ name }) => heard++ || assert.equal(name, 'hot')));
  await ask(limiter, 30);
  redis.ready = false;
  await ask(limiter, 1, 'other');
  const { allowed, denied, decided, redis: state } = limiter.stats();
  assert.deepEqual([allowed + denied, decided.local, state, heard], [31, 1, 'away', 31]);
  assert.equal(decided.lease + decided.redis, 30);
});

test('[RATE-77] other rules count from the next question on, and what was leased by the rules before is given back', async () => {
  const { limiter, redis, clock } = open();
  await ask(limiter, 1_000);
  assert.ok(limiter.stats().held.unused > 0);
  limiter.change([{ ...RULE, limit: 20_000, burst: 1_500 }]);
  assert.deepEqual([limiter.rules[0]!.burst, limiter.stats().held.unused], [1_500, 0]);
  // A thousand took a millisecond each, that is two thousand of the new units; none has been worked off.
  assert.equal((await limiter.check('k')).allowed, false);
  assert.equal((await limiter.peek('k', 0)).resetMs, 1_000);
  await clock.advance(1_000);
  const by = await ask(limiter, 1_600);
  assert.equal(by.lease! + by.redis!, 1_500);
  assert.equal(limiter.stats().allowed, 2_500);
  assert.throws(() => limiter.change([{ ...RULE, algorithm: 'fixed-window' }]), {
    code: 'MILLRACE_RATELIMIT_OPTION_INVALID',
  });
  redis.loseNext = true;
  const late = limiter.check('l');
  limiter.change([RULE]);
  const closing = limiter.close();
  await clock.advance(5);
  assert.equal((await late).by, 'local');
  await closing;
  assert.equal(clock.pendingTimers, 0);
  assert.throws(() => limiter.change([RULE]), { code: 'MILLRACE_RATELIMIT_CLOSED' });
});
