import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rateCheck } from '../../signals/index.ts';
import { createFakeClock, type FakeClock, propertySeed } from '../../testing/index.ts';
import { concurrencyRaces } from './concurrency-race.test.model.ts';
import { type ConcurrencyLimiter, type ConcurrencyLimiterOptions, createConcurrencyLimiter } from './index.ts';

function open(options: Partial<ConcurrencyLimiterOptions> = {}): {
  readonly limiter: ConcurrencyLimiter;
  readonly clock: FakeClock;
} {
  const clock = createFakeClock();
  return { limiter: createConcurrencyLimiter({ limit: 2, maxWaiting: 5, clock, ...options }), clock };
}

test('[RATE-90] no more slots of a key are in use than the limit, and each is free after its release, once', () => {
  const { limiter } = open();
  const [one, other] = [limiter.acquire(['user', 'a']), limiter.acquire(['user', 'a'])];
  assert.deepEqual([one.allowed, one.inUse, other.allowed, other.inUse], [true, 1, true, 2]);
  const { allowed, limit, inUse, retryAfterMs, refusal } = limiter.acquire(['user', 'a']);
  assert.deepEqual([allowed, limit, inUse, retryAfterMs, refusal], [false, 2, 2, 1_000, 'limit']);
  assert.equal(limiter.acquire(['user', 'b']).allowed, true);
  for (let again = 0; again < 3; again++) one.release();
  {
    using slot = limiter.acquire(['user', 'a']);
    assert.equal(slot.allowed, true);
    using refused = limiter.acquire(['user', 'a']);
    refused.release();
    assert.equal(refused.allowed, false);
  }
  assert.equal(limiter.acquire(['user', 'a']).allowed, true);
});

test('[RATE-91] who waits is served in the order of coming, and nobody passes them by', async () => {
  const { limiter, clock } = open({ limit: 1 });
  const first = await limiter.wait('k');
  const served: number[] = [];
  const waits = [1, 2, 3].map(async (who) => {
    using slot = await limiter.wait('k');
    if (slot.allowed) served.push(who);
  });
  first.release();
  assert.equal(limiter.acquire('k').refusal, 'limit');
  await Promise.all(waits);
  assert.deepEqual(served, [1, 2, 3]);
  assert.deepEqual([limiter.stats().inUse, limiter.stats().keys, clock.pendingTimers], [0, 0, 0]);
});

test('[RATE-91] nor does anybody who asks when it is told that somebody was served', async (t) => {
  const { limiter } = open({ limit: 1 });
  for (const key of ['a', 'b']) limiter.acquire(key);
  const waits = ['a', 'b'].map((key) => limiter.wait(key));
  const asked: (string | undefined)[] = [];
  const stop = rateCheck.subscribe(() => {
    stop();
    asked.push(limiter.acquire('b').refusal);
  });
  t.after(stop);
  limiter.setLimit(2);
  assert.deepEqual(
    (await Promise.all(waits)).map(({ allowed }) => allowed),
    [true, true],
  );
  assert.deepEqual([asked, limiter.stats().inUse], [['limit'], 4]);
});

test('[RATE-91] no more wait than may, and none for longer', async () => {
  const { limiter, clock } = open({ limit: 1, maxWaiting: 2, maxWaitMs: 100 });
  const held = limiter.acquire('k');
  const early = limiter.wait('k');
  await clock.advance(60);
  const late = limiter.wait('k');
  assert.equal((await limiter.wait('k')).refusal, 'limit');
  await clock.advance(40);
  assert.equal((await early).refusal, 'late');
  held.release();
  assert.equal((await late).allowed, true);
  assert.equal(clock.pendingTimers, 0);
  const impatient = open({ limit: 1, maxWaiting: 0 }).limiter;
  using slot = await impatient.wait('k');
  assert.deepEqual([slot.allowed, (await impatient.wait('k')).refusal], [true, 'limit']);
});

test('[RATE-92] whatever is asked, released, aborted and changed at the same moment, no slot is lost or given twice', async () => {
  await concurrencyRaces(createFakeClock, { numRuns: 200, ...propertySeed() });
});

test('[RATE-92] who is being aborted when a slot becomes free does not get it, and who got it first does', async () => {
  const { limiter } = open({ limit: 1 });
  const held = limiter.acquire('k');
  const [gone, there] = [new AbortController(), new AbortController()];
  gone.signal.addEventListener('abort', () => held.release());
  const aborted = limiter.wait('k', gone.signal);
  const served = limiter.wait('k', there.signal);
  gone.abort('gone');
  there.abort('too late');
  await assert.rejects(aborted, (reason) => reason === 'gone');
  const slot = await served;
  assert.equal(slot.allowed, true);
  slot.release();
  await assert.rejects(limiter.wait('k', gone.signal), (reason) => reason === 'gone');
  assert.deepEqual([limiter.stats().inUse, limiter.stats().waiting], [0, 0]);
});

test('[RATE-92] after close every question is refused, those who wait are, and slots can be released', async () => {
  const { limiter, clock } = open({ limit: 1 });
  const held = limiter.acquire('k');
  const waiting = limiter.wait('k');
  limiter[Symbol.dispose]();
  await assert.rejects(waiting, { code: 'MILLRACE_RATELIMIT_CLOSED', context: { limiter: 'default' } });
  assert.throws(() => limiter.acquire('k'), { code: 'MILLRACE_RATELIMIT_CLOSED' });
  assert.throws(() => limiter.setLimit(3), { code: 'MILLRACE_RATELIMIT_CLOSED' });
  await assert.rejects(limiter.wait('k'), { code: 'MILLRACE_RATELIMIT_CLOSED' });
  held.release();
  assert.deepEqual([limiter.stats().inUse, limiter.stats().keys, clock.pendingTimers], [0, 0, 0]);
});

test('[RATE-93] another limit holds from now on: nobody loses a slot, and those who wait get what is added', async () => {
  const { limiter } = open({ limit: 3 });
  const held = [1, 2, 3].map(() => limiter.acquire('k'));
  limiter.setLimit(1);
  assert.deepEqual([limiter.limit, limiter.stats().inUse], [1, 3]);
  held[0]!.release();
  held[1]!.release();
  assert.equal(limiter.acquire('k').allowed, false);
  const waits = [1, 2, 3].map(() => limiter.wait('k'));
  limiter.setLimit(3);
  const served = await Promise.all(waits.slice(0, 2));
  assert.deepEqual(
    served.map(({ allowed, limit, inUse }) => [allowed, limit, inUse]),
    [
      [true, 3, 2],
      [true, 3, 3],
    ],
  );
  assert.equal(limiter.stats().waiting, 1);
  held[2]!.release();
  assert.equal((await waits[2]!).allowed, true);
});

test('[RATE-94] slots of no more keys than may be are in use, a key of which none is has no place, and nobody gives way', async () => {
  const { limiter } = open({ maxKeys: 2 });
  const [a, b] = [limiter.acquire('a'), limiter.acquire('b')];
  for (const refused of [limiter.acquire('c'), await limiter.wait('c')]) {
    assert.deepEqual([refused.allowed, refused.refusal, refused.inUse], [false, 'keys', 0]);
  }
  assert.equal(limiter.acquire('b').allowed, true);
  a.release();
  assert.equal(limiter.acquire('c').allowed, true);
  assert.equal(limiter.stats().keys, 2);
  b.release();
  assert.deepEqual([limiter.stats().keys, limiter.acquire('a').refusal], [2, 'keys']);
});

test('[RATE-95] options out of range are refused, and decisions are counted and told', async (t) => {
  for (const wrong of [
    { limit: 0 },
    { limit: 1.5 },
    { limit: undefined as never },
    { name: '' },
    { maxKeys: 0 },
    { maxWaiting: -1 },
    { maxWaitMs: 0 },
    { maxWaitMs: Infinity },
    { retryAfterMs: -1 },
  ]) {
    assert.throws(() => createConcurrencyLimiter({ limit: 1, ...wrong }), {
      code: 'MILLRACE_RATELIMIT_OPTION_INVALID',
    });
  }
  const unknown = { limit: 1, queue: 3 } as ConcurrencyLimiterOptions;
  assert.throws(() => createConcurrencyLimiter(unknown), { code: 'MILLRACE_CORE_OPTION_UNKNOWN' });
  const { limiter, clock } = open({ name: 'exports', limit: 1 });
  assert.throws(() => limiter.setLimit(0), { code: 'MILLRACE_RATELIMIT_OPTION_INVALID' });
  assert.throws(() => limiter.acquire(undefined as never), { code: 'MILLRACE_RATELIMIT_KEY_INVALID' });
  const heard: unknown[] = [];
  t.after(rateCheck.subscribe((signal) => heard.push(signal)));
  limiter.acquire('k');
  limiter.acquire('k');
  const late = limiter.wait('k');
  await clock.advance(1_000);
  await late;
  const told = ['allowed', 'denied', 'denied'].map((outcome) => ({ name: 'exports', rule: 'concurrency', outcome }));
  assert.deepEqual(heard, told);
  assert.deepEqual([limiter.stats().allowed, limiter.stats().denied], [1, 2]);
});
