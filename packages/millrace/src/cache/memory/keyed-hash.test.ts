import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { createRandom } from '../../core/index.ts';
import { KeyedHash } from './keyed-hash.ts';

test('[CACHE-108] keys that differ little have hashes that differ in half of their bits, in each of them', () => {
  const hash = new KeyedHash(createRandom(1));
  const changed = new Array<number>(32).fill(0);
  const pairs = 4_000;
  for (let i = 0; i < pairs; i++) {
    const differs = hash.of(`user:${i}`) ^ hash.of(`user:${i + 1}`);
    for (let bit = 0; bit < 32; bit++) changed[bit]! += (differs >>> bit) & 1;
  }
  for (const [bit, count] of changed.entries()) {
    assert.ok(Math.abs(count / pairs - 0.5) < 0.05, `bit ${bit} changes in ${count} of ${pairs}`);
  }
});

test('[CACHE-108] texts of every length, and those that differ by zeros at the end, differ', () => {
  const hash = new KeyedHash(createRandom(1));
  const texts = Array.from({ length: 200 }, (_, length) => ['\0', 'a', '\uffff'].map((unit) => unit.repeat(length)));
  const all = new Set(texts.flat());
  assert.equal(new Set([...all].map((text) => hash.of(text))).size, all.size);
});

test('[CACHE-108] what meets under one secret does not under another', () => {
  const meetings = (seed: number): string[] => {
    const hash = new KeyedHash(createRandom(seed));
    const seen = new Map<number, number>();
    const pairs: string[] = [];
    for (let key = 0; key < 3_000; key++) {
      const bucket = hash.of(`${key}`) >>> 12;
      const other = seen.get(bucket);
      if (other !== undefined) pairs.push(`${other}-${key}`);
      else seen.set(bucket, key);
    }
    return pairs;
  };
  const [first, second] = [meetings(1), new Set(meetings(2))];
  assert.ok(first.length > 0);
  assert.deepEqual(
    first.filter((pair) => second.has(pair)),
    [],
  );
});
