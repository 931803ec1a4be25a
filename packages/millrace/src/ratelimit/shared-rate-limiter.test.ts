import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { rateCheck } from '../signals/index.ts';
import { createFakeClock, type FakeClock } from '../testing/index.ts';
import {
  createSharedRateLimiter,
  type RateRule,
  type SharedRateLimiter,
  type SharedRateLimiterOptions,
} from './index.ts';
import { FakeRedis } from './shared/fake-redis.test.double.ts';

const RULE: RateRule = { name: 'r', limit: 10, windowMs: 1_000 };
const NEVER = (): Promise<never> => new Promise(() => {});

function open(options: Partial<SharedRateLimiterOptions> = {}): {
  readonly limiter: SharedRateLimiter;
  readonly redis: FakeRedis;
  readonly clock: FakeClock;
} {
  const [redis, clock] = [new FakeRedis(), createFakeClock()];
  const limiter = createSharedRateLimiter({ name: 'api', driver: redis.driver, rules: [RULE], clock, ...options });
  return { limiter, redis, clock };
}

/** How many of so many questions pass. */
async function passing(limiter: SharedRateLimiter, count: number): Promise<number> {
  let passed = 0;
  for (let asked = 0; asked < count; asked++) if ((await limiter.check('k')).allowed) passed++;
  return passed;
}

test('[RATE-51, RATE-60] a decision is one question with all rules, and is published once', async (t) => {
  const { limiter, redis } = open({ rules: [RULE, { ...RULE, name: 'hour', windowMs: 3_600_000, burst: 3 }] });
  const heard: unknown[] = [];
  t.after(rateCheck.subscribe((signal) => heard.push(signal)));
  const { rule, ...decision } = await limiter.check(['user', '7{}'], 2);
  const times = { retryAfterMs: 0, resetMs: 1, countedAt: 7 };
  assert.deepEqual(decision, { allowed: true, cost: 2, remaining: 9, ...times, by: 'redis' });
  assert.equal(rule.name, 'r');
  const rules = ['gcra:r', 'gcra', '10', '16000000', '10', 'gcra:hour', 'gcra', '10', '57600000000', '3'];
  assert.deepEqual(redis.asked, [['rate:api::4:user3:7%7B%7D', 'check', '2', ...rules, '2']]);
  assert.deepEqual(heard, [{ name: 'api', rule: 'r', outcome: 'allowed' }]);
  redis.ready = false;
  await limiter.check('k');
  assert.equal(heard.length, 2);
  await limiter.isAllowed('k', 1);
  assert.equal(heard.length, 3);
});

test('[RATE-52] limiters of different names and short forms of different numbers have keys of their own', async () => {
  const keys = new Set<unknown>();
  for (const [name, key] of [
    ['a', 'b:c'],
    ['a:b', 'c'],
    ['a%3Ab', 'c'],
    ['a', '{b:c}'],
  ] as const) {
    const { limiter, redis } = open({ name });
    await limiter.check(key);
    await limiter.isAllowed(key, 5);
    await limiter.isAllowed(key, undefined, 5);
    for (const [asked] of redis.asked) keys.add(asked);
  }
  assert.equal(keys.size, 12);
});

test('[RATE-20] no key reads like what a short form, a ban or a rule in shadow mode counts: neither in Redis nor for denials', async () => {
  const rules = [RULE, { ...RULE, name: 'seen', shadow: true }];
  const { limiter, redis } = open({ rules, bans: true });
  redis.answer = async () => [1, 0, 9, 0, 7]; // Nobody is banned.
  await limiter.isAllowed('bob', 5, 1_000);
  await limiter.check('bob');
  const counted = redis.asked.map(([key]) => String(key));
  assert.equal(new Set(counted).size, 4);
  for (const key of counted) {
    const text = decodeURIComponent(key.replace('rate:api:', ''));
    if (text === 'bob') continue;
    for (const alike of [text, [text], ['bob'], '5/1000/bob']) {
      redis.asked.length = 0;
      await limiter.check(alike);
      for (const [other] of redis.asked)
        assert.ok(!counted.includes(String(other)), `${String(alike)} is counted at ${key}`);
    }
  }
  const { limiter: denying, redis: full } = open();
  full.answer = async () => [1, 16_000_000, 0, 16_000_000, 7];
  assert.equal((await denying.check('5/1000/bob')).allowed, false);
  full.answer = new FakeRedis().answer;
  assert.equal(await denying.isAllowed('bob', 5, 1_000), true);
});

test('[RATE-61] what is asked in one turn of the event loop is one call, in its order, in a Cluster one for each', async () => {
  for (const clustered of [false, true]) {
    const { limiter, redis } = open();
    redis.clustered = clustered;
    redis.answer = async () => [1, 0, 9, 16_000, 1, 16_000, 0, 16_000, 1, 0, 7, 16_000].slice(0, clustered ? 4 : 12);
    const asked = [limiter.check('a'), limiter.check('b', 2), limiter.check('c')];
    assert.equal(redis.asked.length, 0);
    const decided = await Promise.all(asked);
    const names = ['rate:api:a', 'rate:api:b', 'rate:api:c'];
    const called = redis.asked.map((words) => [words.filter((word) => names.includes(`${word}`)), words.at(-1)]);
    if (clustered)
      assert.deepEqual(called, [
        [['rate:api:a'], '1'],
        [['rate:api:b'], '2'],
        [['rate:api:c'], '1'],
      ]);
    else {
      assert.deepEqual(called, [[names, '1']]);
      assert.deepEqual(redis.asked[0]!.slice(-3), ['1', '2', '1']);
      assert.deepEqual(
        decided.map(({ allowed }) => allowed),
        [true, false, true],
      );
      assert.deepEqual(
        decided.map(({ remaining }) => remaining),
        [9, 0, 7],
      );
    }
  }
});

test('[RATE-61] no call has more than 32 keys, other questions come between, and one failure is that of all in it', async () => {
  const { limiter, redis } = open();
  redis.answer = () => Promise.reject(new Error('broken'));
  const asked = Array.from({ length: 33 }, (_, at) => limiter.check(`${at}`));
  const looked = limiter.peek('k');
  const last = limiter.check('z');
  const decided = await Promise.all([...asked, looked, last]);
  const called = redis.asked.map((words) => [
    words.filter((word) => `${word}`.startsWith('rate:')).length,
    words.find((word) => word === 'check' || word === 'look'),
  ]);
  assert.deepEqual(called, [
    [32, 'check'],
    [1, 'check'],
    [1, 'look'],
    [1, 'check'],
  ]);
  assert.ok(decided.every(({ by }) => by === 'local'));
  assert.equal(limiter.stats().redis, 'open');
});

test('[RATE-54] a denial is given again while it holds, for as much or more, and the time goes on', async () => {
  const { limiter, redis, clock } = open();
  redis.answer = async () => [1, 100 * 16_000, 0, 1_000 * 16_000];
  const denied = await limiter.check('k', 2);
  assert.deepEqual([denied.by, denied.retryAfterMs, denied.resetMs], ['redis', 100, 1_000]);
  await clock.advance(60);
  const again = await limiter.check('k', 3);
  assert.deepEqual([again.by, again.retryAfterMs, again.resetMs, again.cost], ['denial', 40, 940, 3]);
  assert.equal((await limiter.check('k', 1)).by, 'redis');
  assert.equal((await limiter.check('other', 2)).by, 'redis');
  await clock.advance(39.5);
  assert.equal((await limiter.check('k', 2)).by, 'denial');
  await clock.advance(60.5);
  assert.equal((await limiter.check('k', 2)).by, 'redis');
  assert.deepEqual(limiter.stats().decided, { redis: 4, denial: 2, local: 0 });
});

test('[RATE-54] no more denials are kept than there may be keys, and none of what never passes', async () => {
  const { limiter, redis } = open({ maxKeys: 2 });
  redis.answer = async () => [1, 16_000_000, 0, 16_000_000];
  for (const key of 'abc') await limiter.check(key);
  assert.deepEqual([(await limiter.check('b')).by, (await limiter.check('a')).by], ['denial', 'redis']);
  redis.answer = async () => [1, -1, 10, 0];
  assert.deepEqual(
    [(await limiter.check('z', 11)).retryAfterMs, (await limiter.check('z', 11)).by],
    [Infinity, 'redis'],
  );
});

test('[RATE-55] an answer that does not come in time is not waited for, and each rule does as it says', async () => {
  for (const [whenAway, passed] of [
    ['open', 20],
    ['closed', 0],
    ['local', 4],
  ] as const) {
    const { limiter, redis, clock } = open({ rules: [{ ...RULE, whenAway }], localShare: 0.4 });
    redis.answer = NEVER;
    const first = limiter.check('k');
    await turn();
    await clock.advance(5);
    assert.deepEqual([(await first).by, (await first).allowed, (await first).rule.limit], ['local', passed > 0, 10]);
    redis.ready = false;
    assert.equal(await passing(limiter, 20), Math.max(0, passed - (passed === 4 ? 1 : 0)));
    await clock.advance(1_000);
    assert.equal(await passing(limiter, 20), passed, whenAway);
    const peeked = await limiter.peek('k');
    assert.deepEqual([peeked.by, peeked.allowed, limiter.stats().redis], ['local', whenAway === 'open', 'away']);
  }
});

test('[RATE-55] one rule that is closed decides for all, and the share of a small limit lets one through', async () => {
  const closed = open({
    rules: [RULE, { ...RULE, name: 'c', whenAway: 'closed' }, { ...RULE, name: 'o', whenAway: 'open' }],
  });
  closed.redis.ready = false;
  const { allowed, rule, retryAfterMs } = await closed.limiter.check('k');
  assert.deepEqual([allowed, rule.name, retryAfterMs], [false, 'c', 1_000]);
  const { limiter, redis, clock } = open({ rules: [{ ...RULE, limit: 2 }], localShare: 0.01 });
  redis.ready = false;
  assert.equal(await passing(limiter, 5), 1);
  await clock.advance(49_999);
  assert.equal(await passing(limiter, 5), 0);
  await clock.advance(1);
  assert.equal(await passing(limiter, 5), 1);
  assert.deepEqual([await limiter.isAllowed('k', 5, 60_000), await limiter.isAllowed('k', 5, 60_000)], [true, false]);
});

test('[RATE-55] the share of what is counted in windows is a part of their limit', async () => {
  for (const algorithm of ['sliding-counter', 'exact-log', 'fixed-window'] as const) {
    const { limiter, redis, clock } = open({ rules: [{ ...RULE, algorithm }], localShare: 0.4 });
    redis.ready = false;
    assert.equal(await passing(limiter, 20), 4, algorithm);
    await clock.advance(2_000);
    assert.equal(await passing(limiter, 20), 4, algorithm);
  }
});

test('[RATE-56] after five failures Redis is left alone for a while, and then tried by one', async () => {
  const { limiter, redis, clock } = open();
  redis.answer = () => Promise.reject(new Error('broken'));
  await passing(limiter, 50);
  assert.deepEqual(
    [redis.asked.length, limiter.stats().redis, limiter.stats().lastFailure],
    [5, 'open', 'Error: broken'],
  );
  await clock.advance(250);
  await passing(limiter, 50);
  assert.equal(redis.asked.length, 6);
  await clock.advance(499);
  await passing(limiter, 1);
  assert.equal(redis.asked.length, 6);
  redis.answer = async () => [1, 0, 9, 16_000, 7];
  await clock.advance(1);
  assert.deepEqual([(await limiter.check('k')).by, limiter.stats().redis], ['redis', 'used']);
  redis.ready = false;
  await passing(limiter, 5);
  assert.equal(redis.asked.length, 7);
});

test('[RATE-57] an answer that came while the process paused still counts', async () => {
  const { promise, resolve } = Promise.withResolvers<readonly number[]>();
  const { limiter, redis } = open({ clock: pausedClock(() => setImmediate(resolve, [1, 0, 9, 16_000])) });
  redis.answer = () => promise;
  assert.equal((await limiter.check('k')).by, 'redis');
});

/** A clock whose timers are due at once, before what the loop finds in its sockets: `found` is called first. */
function pausedClock(found: () => void): FakeClock {
  const schedule: FakeClock['schedule'] = (_delayMs, fire) => {
    found();
    fire();
    return { cancel: () => {} };
  };
  return { ...createFakeClock(), now: () => 0, schedule };
}

test('[RATE-58] what is given back is given back where it was counted', async () => {
  const { limiter, redis, clock } = open();
  const counted = await limiter.check('k', 4);
  assert.equal(await limiter.settle('k', counted, 4), true);
  assert.equal(redis.asked.length, 1);
  assert.equal(await limiter.refund('k', counted), true);
  assert.equal(await limiter.settle('k', counted, 7), true);
  assert.deepEqual(
    redis.asked.slice(1).map((asked) => [asked[1], asked.at(-1)]),
    [
      ['back 7 0 1 0', '4'],
      ['add', '3'],
    ],
  );
  redis.answer = async () => [1, 16_000_000, 0, 16_000_000];
  const denied = await limiter.check('k');
  assert.deepEqual([await limiter.refund('k', denied), (await limiter.check('k')).by], [true, 'denial']);
  await limiter.refund('k', counted);
  assert.equal((await limiter.check('k')).by, 'redis');
  redis.ready = false;
  assert.equal(await limiter.refund('k', counted), false);
  const local = await limiter.check('l', 10);
  assert.deepEqual([local.by, (await limiter.check('l', 10)).allowed], ['local', false]);
  redis.ready = true;
  const { length } = redis.asked;
  assert.equal(await limiter.refund('l', local), true);
  redis.ready = false;
  assert.deepEqual([(await limiter.check('l', 10)).allowed, redis.asked.length], [true, length]);
  assert.equal(clock.pendingTimers, 0);
});

test('[RATE-59] options out of range are refused, and after close every question is', async () => {
  const { driver } = new FakeRedis();
  for (const wrong of [
    { name: '' },
    { timeoutMs: 0 },
    { timeoutMs: 60_001 },
    { localShare: 0 },
    { localShare: 1.1 },
    { maxKeys: 0 },
    { rules: [] },
    { rules: [{ ...RULE, whenAway: 'never' as never }] },
  ]) {
    assert.throws(() => createSharedRateLimiter({ driver, ...wrong }), { code: 'MILLRACE_RATELIMIT_OPTION_INVALID' });
  }
  const unknown = { driver, nodes: 3 } as SharedRateLimiterOptions;
  assert.throws(() => createSharedRateLimiter(unknown), { code: 'MILLRACE_CORE_OPTION_UNKNOWN' });
  const { limiter } = open();
  await assert.rejects(limiter.check('k', 0.5), { code: 'MILLRACE_RATELIMIT_COST_INVALID' });
  await assert.rejects(limiter.check(undefined as never), { code: 'MILLRACE_RATELIMIT_KEY_INVALID' });
  await assert.rejects(limiter.isAllowed('k', 0), { code: 'MILLRACE_RATELIMIT_OPTION_INVALID' });
  limiter[Symbol.dispose]();
  for (const ask of [() => limiter.check('k'), () => limiter.peek('k'), () => limiter.isAllowed('k', 1)]) {
    await assert.rejects(ask, { code: 'MILLRACE_RATELIMIT_CLOSED' });
  }
});
