import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { rateCheck } from '../../signals/index.ts';
import { createFakeClock, type FakeClock, propertySeed } from '../../testing/index.ts';
import {
  createSharedConcurrencyLimiter,
  type SharedConcurrencyLimiter,
  type SharedConcurrencyLimiterOptions,
  type SharedConcurrencySlot,
} from './index.ts';
import { sharedConcurrencyRaces } from './shared-concurrency-race.test.model.ts';
import { type SlotConnection, SlotRedis } from './slot-redis.test.double.ts';

interface Opened {
  readonly limiter: SharedConcurrencyLimiter;
  readonly connection: SlotConnection;
  readonly redis: SlotRedis;
  readonly clock: FakeClock;
}

function open(options: Partial<SharedConcurrencyLimiterOptions> = {}, beside?: Opened): Opened {
  const clock = beside?.clock ?? createFakeClock();
  const redis = beside?.redis ?? new SlotRedis(clock);
  const connection = redis.connect();
  const wanted = { limit: 2, driver: connection.driver, termMs: 8_000, clock, ...options };
  return { limiter: createSharedConcurrencyLimiter(wanted), connection, redis, clock };
}

async function acquire(limiter: SharedConcurrencyLimiter, count: number, key = 'k'): Promise<SharedConcurrencySlot[]> {
  const slots = [];
  for (let asked = 0; asked < count; asked++) slots.push(await limiter.acquire(key));
  return slots.filter(({ allowed }) => allowed);
}

test('[RATE-96] processes together hold no more slots than the limit, and one that is released is free for all', async () => {
  const one = open();
  const other = open({}, one);
  const [first] = await acquire(one.limiter, 1);
  assert.deepEqual([first!.by, first!.inUse, first!.lost.aborted], ['redis', 1, false]);
  assert.equal((await acquire(other.limiter, 3)).length, 1);
  const { allowed, inUse, refusal, by, retryAfterMs, lost } = await one.limiter.acquire('k');
  assert.deepEqual(
    [allowed, inUse, refusal, by, retryAfterMs, lost.aborted],
    [false, 2, 'limit', 'redis', 1_000, false],
  );
  assert.equal((await one.limiter.acquire('j')).allowed, true);
  assert.deepEqual([await first!.release(), await first!.release()], [true, true]);
  {
    await using slot = await other.limiter.acquire('k');
    assert.equal(slot.allowed, true);
  }
  assert.equal((await acquire(one.limiter, 3)).length, 1);
  assert.equal(one.redis.held, 3);
});

test('[RATE-96] what is held is renewed, all in one call; what a crashed process held is free after its term', async () => {
  const one = open({ limit: 5 });
  const other = open({ limit: 5 }, one);
  for (const key of ['k', 'k', 'j']) await one.limiter.acquire(key);
  one.connection.asked.length = 0;
  await one.clock.advance(80_000);
  assert.equal(one.redis.held, 3);
  const calls = one.connection.asked.length;
  assert.ok(calls >= 26 && calls <= 40, `${calls} calls`);
  assert.deepEqual(new Set(one.connection.asked.map((words) => words.length)), new Set([3 + 1 + 6]));
  assert.equal(one.clock.pendingTimers, 1);
  one.connection.lost = 'questions';
  assert.equal((await acquire(other.limiter, 5)).length, 3);
  await one.clock.advance(8_000);
  assert.equal((await acquire(other.limiter, 5)).length, 2);
});

test('[RATE-96] a clock of Redis that steps back keeps no slot longer than its term', async () => {
  const one = open();
  await acquire(one.limiter, 2);
  one.connection.ready = false;
  one.redis.aheadMs = -3_600_000;
  const other = open({}, one);
  assert.equal((await acquire(other.limiter, 1)).length, 0);
  await one.clock.advance(8_000);
  assert.equal((await acquire(other.limiter, 1)).length, 1);
});

test('[RATE-96] processes lose answers, are late, crash, stop and come back: never is more held than the limit', async () => {
  await sharedConcurrencyRaces(createFakeClock, { numRuns: 60, ...propertySeed() });
});

test('[RATE-97] an answer that comes after the time for it gives its slot back, and so does one that got lost', async () => {
  const { limiter, connection, redis, clock } = open({ whenAway: 'closed' });
  connection.backMs = 20;
  const late = limiter.acquire('k');
  await clock.advance(10);
  assert.deepEqual([(await late).refusal, redis.held], ['away', 1]);
  connection.backMs = 0;
  await clock.advance(10);
  assert.equal(redis.held, 0);
  connection.lost = 'connection';
  const cut = limiter.acquire('k');
  connection.lost = 'questions';
  assert.deepEqual([(await cut).refusal, redis.held], ['away', 1]);
  await clock.advance(5);
  connection.lost = undefined;
  await clock.advance(1_000);
  assert.equal(redis.held, 0);
  connection.lost = 'answers';
  const unheard = limiter.acquire('k');
  await clock.advance(10);
  assert.deepEqual([(await unheard).refusal, redis.held], ['away', 1]);
  connection.lost = undefined;
  await clock.advance(2_000);
  assert.deepEqual([redis.held, limiter.stats().held, limiter.stats().keys, clock.pendingTimers], [0, 0, 0, 0]);
});

test('[RATE-97] a release never rejects, does not wait for Redis, and is said again until the slot ends', async () => {
  const { limiter, connection, redis, clock } = open();
  const [one, other] = await acquire(limiter, 2);
  connection.ready = false;
  assert.equal(await one!.release(), false);
  connection.ready = true;
  connection.lost = 'questions';
  const silent = other!.release();
  await turn();
  await clock.advance(5);
  assert.deepEqual([await silent, limiter.stats().held, redis.held], [false, 0, 2]);
  connection.lost = undefined;
  await clock.advance(1_000);
  assert.equal(redis.held, 0);
  await clock.advance(1_000);
  assert.equal(clock.pendingTimers, 0);
  const [third] = await acquire(limiter, 1);
  connection.lost = 'refused';
  assert.equal(await third!.release(), false);
  await clock.advance(9_000);
  assert.deepEqual([redis.held, clock.pendingTimers], [0, 0]);
});

test('[RATE-97] what is released while it is being renewed is not held after that', async () => {
  const { limiter, connection, redis, clock } = open();
  const [slot] = await acquire(limiter, 1);
  connection.backMs = 1;
  await clock.advance(1_999);
  connection.thereMs = 100;
  await clock.advance(2);
  connection.thereMs = connection.backMs = 0;
  assert.equal(await slot!.release(), true);
  assert.equal(redis.held, 0);
  await clock.advance(200);
  assert.equal(redis.held, 0);
});

test('[RATE-98] a holder whose slot cannot be renewed is told before others can get it', async () => {
  const one = open();
  const other = open({}, one);
  const [slot] = await acquire(one.limiter, 2);
  await one.clock.advance(20_500);
  one.connection.lost = 'questions';
  let lostMs = 0;
  slot!.lost.addEventListener('abort', () => {
    lostMs = one.clock.now();
  });
  let freeMs = 0;
  for (let waited = 0; waited < 100 && freeMs === 0; waited++) {
    await one.clock.advance(100);
    if ((await acquire(other.limiter, 1)).length > 0) freeMs = one.clock.now();
  }
  assert.ok(lostMs >= 25_000 && freeMs >= lostMs + 500, `lost at ${lostMs}, free at ${freeMs}`);
  assert.deepEqual([slot!.lost.aborted, slot!.lost.reason.code], [true, 'MILLRACE_RATELIMIT_SLOT_LOST']);
  assert.deepEqual([one.limiter.stats().lost, one.limiter.stats().held], [2, 2]);
  one.connection.lost = undefined;
  const { held } = one.redis;
  assert.equal(await slot!.release(), true);
  await one.clock.advance(20_000);
  assert.deepEqual([one.limiter.stats().held, one.redis.held, held], [1, 1, 1]);
});

test('[RATE-98] a renewal counts from when it was asked for, however late the answer is', async () => {
  const { limiter, connection, redis, clock } = open();
  const [slot] = await acquire(limiter, 1);
  connection.backMs = 3_000;
  await clock.advance(2_000);
  connection.lost = 'questions';
  await clock.advance(6_900);
  assert.deepEqual([slot!.lost.aborted, redis.held], [false, 1]);
  await clock.advance(1_000);
  assert.deepEqual([slot!.lost.aborted, redis.held], [true, 1]);
  await clock.advance(100);
  assert.equal(redis.held, 0);
});

test('[RATE-98] when Redis has forgotten a slot its holder gets it again while there is room, and is told when there is none', async () => {
  const one = open();
  const other = open({}, one);
  const [slot, next] = await acquire(one.limiter, 2);
  one.redis.flush();
  assert.equal((await acquire(other.limiter, 1)).length, 1);
  await one.clock.advance(3_000);
  assert.deepEqual([slot!.lost.aborted, next!.lost.aborted, one.redis.held], [false, true, 2]);
});

/** A limiter whose answers come when they are told to, and which is told of each timer of its own before that fires. */
function pausing(onTimer: (paused: { aheadMs: number; hear: () => void }, nowMs: number) => void): {
  readonly limiter: SharedConcurrencyLimiter;
  readonly clock: FakeClock;
  readonly hear: () => void;
  readonly redis: SlotRedis;
} {
  const clock = createFakeClock();
  const redis = new SlotRedis(clock);
  const { driver } = redis.connect();
  const withheld: (() => void)[] = [];
  // What lies in the socket is found after the timers that are due.
  const hear = (): void => withheld.splice(0).forEach((answer) => void setImmediate(answer));
  const evaluate: typeof driver.evaluate = async (...asked) => {
    const reply = await driver.evaluate(...asked);
    await new Promise<void>((resolve) => withheld.push(resolve));
    return reply;
  };
  const paused = { aheadMs: 0, hear };
  const schedule: FakeClock['schedule'] = (delayMs, fire, options) => {
    const late = (): void => {
      onTimer(paused, clock.now());
      fire();
    };
    return clock.schedule(delayMs, late, options);
  };
  const own = { ...clock, now: () => clock.now() + paused.aheadMs, schedule };
  const options = { limit: 1, termMs: 8_000, whenAway: 'closed' as const, clock: own };
  const connected = { ready: true, clustered: false, evaluate } as unknown as typeof driver;
  return { limiter: createSharedConcurrencyLimiter({ ...options, driver: connected }), clock, hear, redis };
}

test('[RATE-98] what Redis has said while this process paused counts before a slot is taken for lost', async () => {
  const { limiter, clock, hear } = pausing((paused, nowMs) => nowMs >= 7_000 && paused.hear());
  const asking = limiter.acquire('k');
  await turn();
  hear();
  const slot = await asking;
  await clock.advance(7_000);
  assert.deepEqual([slot.allowed, slot.lost.aborted], [true, false]);
  await clock.advance(8_000);
  assert.equal(slot.lost.aborted, false);
});

test('[RATE-98] a slot that ended while this process paused is not given by it', async () => {
  const { limiter, clock, hear, redis } = pausing((paused) => {
    paused.aheadMs = 7_500;
    paused.hear();
  });
  const asking = limiter.acquire('k');
  await clock.advance(5);
  assert.deepEqual([(await asking).refusal, limiter.stats().lost], ['away', 0]);
  hear();
  await clock.advance(0);
  assert.deepEqual([redis.held, limiter.stats().keys], [0, 0]);
});

test('[RATE-99] while Redis is away each process does as it was told, within the time for an answer', async () => {
  for (const [whenAway, given, refusal] of [
    ['open', 20, undefined],
    ['closed', 0, 'away'],
    ['local', 4, 'limit'],
  ] as const) {
    const { limiter, connection, clock } = open({ whenAway, limit: 10, localShare: 0.4 });
    connection.lost = 'questions';
    const first = limiter.acquire('k');
    await turn();
    await clock.advance(5);
    assert.deepEqual([(await first).by, (await first).allowed], ['local', given > 0]);
    connection.ready = false;
    const slots = await acquire(limiter, 20);
    assert.equal(slots.length, Math.max(0, given - (given === 4 ? 1 : 0)), whenAway);
    const last = await limiter.acquire('k');
    assert.deepEqual([last.by, last.refusal, limiter.stats().redis], ['local', refusal, 'away']);
    for (const slot of [await first, last, ...slots]) await slot.release();
    assert.equal((await acquire(limiter, 20)).length, given);
  }
  const { limiter, connection } = open({ localShare: 0.01 });
  connection.ready = false;
  assert.equal((await acquire(limiter, 5)).length, 1);
});

test('[RATE-99] after five failures Redis is left alone for a while', async () => {
  const { limiter, connection, clock } = open({ whenAway: 'closed' });
  connection.lost = 'refused';
  await acquire(limiter, 50);
  const { lastFailure, redis } = limiter.stats();
  assert.deepEqual([connection.asked.length, redis, lastFailure], [5, 'open', 'MILLRACE_REDIS_REFUSED']);
  connection.lost = undefined;
  await clock.advance(250);
  assert.equal((await acquire(limiter, 1)).length, 1);
});

test('[RATE-99] what was given meanwhile counts as soon as Redis is back, whatever the limit, and is not lost', async () => {
  const one = open({ whenAway: 'open' });
  const other = open({}, one);
  const gone = await acquire(other.limiter, 1);
  one.connection.ready = false;
  const slots = await acquire(one.limiter, 3);
  one.connection.ready = true;
  await one.clock.advance(1_001);
  assert.deepEqual([one.redis.held, (await acquire(other.limiter, 1)).length], [4, 0]);
  one.connection.ready = false;
  await one.clock.advance(30_000);
  assert.ok(slots.every(({ lost }) => !lost.aborted));
  one.connection.ready = true;
  await one.clock.advance(1_001);
  assert.equal(one.redis.held, 4);
  for (const slot of [...slots, ...gone]) assert.equal(await slot.release(), true);
  assert.equal(one.redis.held, 0);
});

test('[RATE-93, RATE-94] another limit holds from the next slot on, and one key more than may be is refused', async () => {
  const { limiter, connection, clock, redis } = open({ maxKeys: 2 });
  const slots = await acquire(limiter, 2);
  limiter.setLimit(1);
  await clock.advance(10_000);
  assert.ok(slots.every(({ lost }) => !lost.aborted));
  limiter.setLimit(3);
  assert.deepEqual([(await acquire(limiter, 5)).length, limiter.limit], [1, 3]);
  await acquire(limiter, 1, 'j');
  const calls = connection.asked.length;
  const { refusal, by } = await limiter.acquire('i');
  assert.deepEqual([refusal, by, connection.asked.length], ['keys', 'local', calls]);
  for (const slot of slots) await slot.release();
  assert.deepEqual([limiter.stats().keys, redis.held], [2, 2]);
});

test('[RATE-95] closing gives everything back, tells the holders, and refuses every question', async () => {
  const { limiter, connection, redis, clock } = open();
  const [slot] = await acquire(limiter, 1);
  connection.backMs = 3;
  const asking = limiter.acquire('j');
  const refused = assert.rejects(asking, { code: 'MILLRACE_RATELIMIT_CLOSED' });
  const closing = limiter[Symbol.asyncDispose]();
  await clock.advance(50);
  await Promise.all([closing, refused]);
  assert.deepEqual([slot!.lost.aborted, slot!.lost.reason.code], [true, 'MILLRACE_RATELIMIT_CLOSED']);
  await assert.rejects(limiter.acquire('k'), { code: 'MILLRACE_RATELIMIT_CLOSED' });
  assert.throws(() => limiter.setLimit(1), { code: 'MILLRACE_RATELIMIT_CLOSED' });
  assert.equal(await slot!.release(), false);
  assert.equal(redis.held, 0);
  const away = open();
  await acquire(away.limiter, 1);
  away.connection.ready = false;
  await away.limiter.close();
  assert.equal(away.clock.pendingTimers, 0);
});

test('[RATE-95] options of shared slots out of range are refused, and decisions are counted and told', async (t) => {
  const { driver } = open().connection;
  for (const wrong of [
    { limit: 0 },
    { name: '' },
    { termMs: 199 },
    { timeoutMs: 0 },
    { timeoutMs: 51, termMs: 200 },
    { localShare: 0 },
    { whenAway: 'never' as never },
    { maxKeys: 0 },
    { retryAfterMs: -1 },
  ]) {
    assert.throws(() => createSharedConcurrencyLimiter({ limit: 1, driver, ...wrong }), {
      code: 'MILLRACE_RATELIMIT_OPTION_INVALID',
    });
  }
  const unknown = { limit: 1, driver, ttl: 3 } as SharedConcurrencyLimiterOptions;
  assert.throws(() => createSharedConcurrencyLimiter(unknown), { code: 'MILLRACE_CORE_OPTION_UNKNOWN' });
  const { limiter, connection } = open({ name: 'crawls', limit: 1 });
  await assert.rejects(limiter.acquire(undefined as never), { code: 'MILLRACE_RATELIMIT_KEY_INVALID' });
  assert.throws(() => limiter.setLimit(0), { code: 'MILLRACE_RATELIMIT_OPTION_INVALID' });
  const heard: unknown[] = [];
  t.after(rateCheck.subscribe((signal) => heard.push(signal)));
  await acquire(limiter, 2);
  connection.ready = false;
  await acquire(limiter, 1, 'j');
  const told = ['allowed', 'denied', 'allowed'].map((outcome) => ({ name: 'crawls', rule: 'concurrency', outcome }));
  assert.deepEqual(heard, told);
  const { allowed, denied, decided } = limiter.stats();
  assert.deepEqual([allowed, denied, decided], [2, 1, { redis: 2, local: 1 }]);
});

test('[RATE-96] names and keys do not run into each other in Redis, and a Cluster is asked key by key', async () => {
  const keys = new Set<unknown>();
  for (const [name, key] of [
    ['a', 'b:c'],
    ['a:b', 'c'],
    ['a%3Ab', 'c'],
    ['a', '{b:c}'],
  ] as const) {
    const { limiter, connection, clock } = open({ name });
    connection.clustered = true;
    await limiter.acquire(key);
    await limiter.acquire([key]);
    await clock.advance(3_000);
    assert.deepEqual(new Set(connection.asked.map((words) => words.length)), new Set([4]));
    for (const [asked] of connection.asked) keys.add(asked);
  }
  assert.equal(keys.size, 8);
});
