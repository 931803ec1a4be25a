import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import fc from 'fast-check';
import { type CacheKey, decodeKey, encodeKey } from './cache-key.ts';
import { keyPattern } from './key-pattern.ts';

const SEED = Number(process.env.MILLRACE_TEST_SEED ?? 20_260_101) | 0;

/** Few different characters, so that near misses are common. */
const text = fc.string({
  unit: fc.constantFrom(':', '%', '#', '1', '2', '3', '5', 'A', 'a', '\0', '-', '.', 'e', '\ud800'),
});
const part = fc.oneof(text, fc.integer({ min: -3, max: 30 }), fc.double({ noNaN: true, noDefaultInfinity: true }));
const cacheKey: fc.Arbitrary<CacheKey> = fc.oneof(text, fc.array(part, { minLength: 1, maxLength: 4 }));

function isSame(a: CacheKey, b: CacheKey): boolean {
  if (typeof a === 'string' || typeof b === 'string') return a === b;
  return a.length === b.length && a.every((each, at) => each === b[at]);
}

test('[CACHE-20] two keys have one encoding exactly when they are equal', () => {
  const pair = fc.tuple(cacheKey, cacheKey);
  fc.assert(
    fc.property(pair, ([a, b]) => isSame(a, b) === (encodeKey(a) === encodeKey(b))),
    { numRuns: 20_000, seed: SEED },
  );
});

test('[CACHE-20] no two keys of one or two short parts meet, tried out one by one', () => {
  const short = ['', ':', '%', '#', '1', '%3A', '#1', ':#1', '%25', 1, 25];
  const keys: CacheKey[] = [...short.filter((each) => typeof each === 'string'), ...short.map((each) => [each])];
  for (const a of short) for (const b of short) keys.push([a, b]);
  assert.equal(new Set(keys.map(encodeKey)).size, keys.length);
});

test('[CACHE-20] a key is read back from its encoding', () => {
  const isReadBack = (key: CacheKey): boolean => isSame(decodeKey(encodeKey(key)), key);
  fc.assert(fc.property(cacheKey, isReadBack), { numRuns: 20_000, seed: SEED });
});

test('[CACHE-20] keys stay readable', () => {
  assert.equal(encodeKey('user:42'), 'user:42');
  assert.equal(encodeKey(['user', 42, 'keys']), ':user:#42:keys');
  assert.equal(encodeKey(['user', '42', 'a:b']), ':user:42:a%3Ab');
});

test('[CACHE-20] 0 and -0 are one number, and so one key', () => {
  assert.equal(encodeKey([0]), encodeKey([-0]));
});

test('[CACHE-21] what is no key is refused, by what it is', () => {
  const bad: unknown[] = [undefined, null, 7, {}, [], [Number.NaN], ['a', Number.POSITIVE_INFINITY], [null], [['a']]];
  for (const value of bad) {
    assert.throws(() => encodeKey(value as CacheKey), { code: 'MILLRACE_CACHE_KEY_INVALID' }, String(value));
  }
});

test('[CACHE-25] a pattern tells the first part when it is a name, and how many follow', () => {
  assert.equal(keyPattern(encodeKey(['user', 42, 'keys'])), 'user:*:*');
  assert.equal(keyPattern(encodeKey('user:42')), 'user:*');
  assert.equal(keyPattern(encodeKey(['203.0.113.9', 'x'])), '*:*');
  assert.equal(keyPattern(encodeKey('ada@example.com')), '*');
  assert.equal(keyPattern(encodeKey(['ada'])), '*');
});

test('[CACHE-25] patterns are few, however long a key is', () => {
  assert.equal(keyPattern(':'.repeat(1_000)).split(':').length, 8);
});
