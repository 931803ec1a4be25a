import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { rateCheck } from '../signals/index.ts';
import { createFakeClock, propertySeed } from '../testing/index.ts';
import { createRateLimiter, type RateLimiterOptions, type RateRule } from './index.ts';
import { encodeRateKey } from './rate-key.ts';

const RULE: RateRule = { name: 'r', limit: 2, windowMs: 1_000 };

test('[RATE-20] different keys give different texts of bounded length', () => {
  const part = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 4 }),
    fc.stringMatching(/^[0-9:%#a]{0,6}$/),
    fc.integer({ min: 190, max: 210 }).map((length) => 'x'.repeat(length)),
    fc.constantFrom('\ud800', '\ud801', '\ufffd').map((unit) => unit.repeat(300)),
  );
  const key = fc.oneof(part, fc.array(part, { minLength: 1, maxLength: 3 }));
  const property = fc.property(key, key, (one, two) => {
    const [first, second] = [encodeRateKey(one), encodeRateKey(two)];
    assert.equal(first === second, JSON.stringify(one) === JSON.stringify(two));
    assert.ok(first.length <= 200 && first.isWellFormed());
    // Who writes the text of another key gets a key of their own.
    if (typeof one !== 'string' || first !== one) assert.notEqual(encodeRateKey(first), first);
  });
  fc.assert(property, { numRuns: 700, ...propertySeed() });
});

test('[RATE-20] parts never run into each other, wherever a text is cut', () => {
  const text = fc.stringMatching(/^[a1:%#]{1,9}$/);
  const cuts = fc.uniqueArray(fc.integer({ min: 0, max: 9 }), { maxLength: 3 });
  const cut = (whole: string, at: readonly number[]): string[] => {
    const places = [0, ...at.filter((place) => place <= whole.length).toSorted((one, two) => one - two), whole.length];
    return places.slice(1).map((end, index) => whole.slice(places[index], end));
  };
  const property = fc.property(text, cuts, cuts, (whole, one, two) => {
    const keys = [
      whole,
      cut(whole, one),
      cut(whole, two),
      cut(whole, one)
        .map((part) => `${part.length}:${part}`)
        .join(''),
    ];
    for (const first of keys) {
      for (const second of keys) {
        const isSame = JSON.stringify(first) === JSON.stringify(second);
        assert.equal(encodeRateKey(first) === encodeRateKey(second), isSame, JSON.stringify([first, second]));
      }
    }
  });
  fc.assert(property, { numRuns: 300, ...propertySeed() });
});

test('[RATE-20] names that mean something to objects are keys as any other', () => {
  const limiter = createRateLimiter({ rules: [RULE] });
  for (const key of ['__proto__', 'constructor', '', '\0', ' ']) {
    assert.deepEqual(
      [1, 2, 3].map(() => limiter.isAllowed(key)),
      [true, true, false],
      key,
    );
  }
});

test('[RATE-21] what is no key is refused', () => {
  const limiter = createRateLimiter();
  for (const key of [undefined, null, 7, {}, [], ['a', undefined], ['a', 1], [['a']]] as never[]) {
    for (const ask of [() => limiter.check(key), () => limiter.isAllowed(key), () => limiter.isAllowed(key, 1, 1)]) {
      assert.throws(ask, { code: 'MILLRACE_RATELIMIT_KEY_INVALID' });
    }
  }
});

test('[RATE-30] keys that owe nothing give up their places, without a timer', async () => {
  const clock = createFakeClock();
  const limiter = createRateLimiter({ rules: [RULE], maxKeys: 10_000, clock });
  for (let round = 0; round < 20; round++) {
    for (let key = 0; key < 500; key++) assert.equal(limiter.check(`${round}:${key}`).allowed, true);
    await clock.advance(500);
  }
  assert.equal(clock.pendingTimers, 0);
  assert.deepEqual(limiter.stats().crowded, 0);
  assert.ok(limiter.stats().keys <= 1_500, `${limiter.stats().keys} keys, of which 500 owe something`);
});

test('[RATE-30, RATE-31] those without a place count as one, and are counted apart once there is room', async () => {
  const clock = createFakeClock();
  const limiter = createRateLimiter({ rules: [RULE], maxKeys: 3, clock });
  for (const key of 'abc') limiter.check(key, 2);
  assert.deepEqual(
    [...'defg'].map((key) => limiter.check(key).allowed),
    [true, true, false, false],
  );
  assert.deepEqual([limiter.stats().keys, limiter.stats().crowded], [3, 4]);
  await clock.advance(500);
  assert.deepEqual(
    [...'abc'].map((key) => limiter.check(key).allowed),
    [true, true, true],
  );
  await clock.advance(1_000);
  // What the crowd owed is worked off by now.
  assert.deepEqual(
    [...'hij'].map((key) => limiter.check(key, 2).allowed),
    [true, true, true],
  );
  assert.deepEqual([limiter.stats().keys, limiter.stats().crowded], [3, 4]);
});

test('[RATE-31] who spent with the crowd does not start anew with a place', async () => {
  const clock = createFakeClock();
  const rules = [{ name: 'r', limit: 10, windowMs: 1_000 }];
  const limiter = createRateLimiter({ rules, maxKeys: 1, clock });
  limiter.check('a', 1);
  assert.equal(limiter.check('b', 10).allowed, true);
  await clock.advance(100);
  const { allowed, retryAfterMs } = limiter.check('b', 10);
  assert.deepEqual([allowed, retryAfterMs, limiter.stats().crowded], [false, 900, 1]);
});

test('[RATE-32] options that are out of range or unknown are refused', () => {
  const wrong: Partial<RateLimiterOptions>[] = [
    { name: '' },
    { rules: [] },
    { maxKeys: 0 },
    { maxKeys: 10_000_001 },
    { rules: [RULE, RULE] },
    { rules: Array.from({ length: 17 }, (_, at) => ({ ...RULE, name: `r${at}` })) },
    ...[
      { name: '' },
      { limit: 0 },
      { limit: 1.5 },
      { limit: 250_001 },
      { windowMs: 0 },
      { windowMs: 2_678_400_001 },
      { burst: 0 },
      { algorithm: 'leaky' as never },
      { algorithm: 'exact-log' as const, limit: 65 },
      { algorithm: 'fixed-window' as const, burst: 1 },
      { burst: 1_000_000_001 },
      { limit: 1, windowMs: 2_678_400_000, burst: 12 },
    ].map((part) => ({ rules: [{ ...RULE, ...part }] })),
  ];
  for (const options of wrong) {
    assert.throws(
      () => createRateLimiter(options),
      { code: 'MILLRACE_RATELIMIT_OPTION_INVALID' },
      JSON.stringify(options),
    );
  }
  for (const options of [{ limit: 1 }, { rules: [{ ...RULE, ...{ window: 1 } }] }] as RateLimiterOptions[]) {
    assert.throws(() => createRateLimiter(options), { code: 'MILLRACE_CORE_OPTION_UNKNOWN' });
  }
});

test('[RATE-31] with every algorithm who spent with the crowd does not start anew with a place', async () => {
  for (const algorithm of ['gcra', 'sliding-counter', 'exact-log', 'fixed-window'] as const) {
    const clock = createFakeClock();
    const rules: RateRule[] = [
      { name: 'long', limit: 10, windowMs: 10_000, algorithm },
      { name: 'short', limit: 10, windowMs: 1_000 },
    ];
    const limiter = createRateLimiter({ rules, maxKeys: 1, clock });
    const first = limiter.check('a', 10);
    assert.equal(limiter.check('b', 10).allowed, true, algorithm);
    limiter.refund('a', first);
    const { allowed, rule } = limiter.check('b', 10);
    assert.deepEqual([allowed, rule.name, limiter.stats().crowded], [false, 'long', 1], algorithm);
    await clock.advance(20_000);
    assert.equal(limiter.check('b', 10).allowed, true, algorithm);
  }
});

test('[RATE-33] after close every question is refused', () => {
  const limiter = createRateLimiter({ name: 'api' });
  {
    using closing = limiter;
    closing.check('k');
  }
  for (const ask of [() => limiter.check('k'), () => limiter.peek('k'), () => limiter.isAllowed('k', 1, 1)]) {
    assert.throws(ask, { code: 'MILLRACE_RATELIMIT_CLOSED', context: { limiter: 'api' } });
  }
  assert.equal(limiter.stats().keys, 0);
});

test('[RATE-34] decisions are counted and published, without their keys', (t) => {
  const limiter = createRateLimiter({ name: 'api', rules: [RULE] });
  const heard: unknown[] = [];
  t.after(rateCheck.subscribe((signal) => heard.push(signal)));
  for (const key of ['secret', 'secret', 'secret']) limiter.check(key);
  limiter.isAllowed('secret', 1, 1_000);
  const { allowed, denied } = limiter.stats();
  assert.deepEqual([allowed, denied], [3, 1]);
  const outcomes = ['allowed', 'allowed', 'denied'].map((outcome) => ({ name: 'api', rule: 'r', outcome }));
  assert.deepEqual(heard, [...outcomes, { name: 'api', rule: 'short form', outcome: 'allowed' }]);
});
