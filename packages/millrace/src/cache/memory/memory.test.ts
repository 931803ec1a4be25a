import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import fc from 'fast-check';
import { createRandom } from '../../core/index.ts';
import { propertySeed } from '../../testing/index.ts';
import { type EntryFacts, Memory, type MemoryOptions, type PolicyName } from './index.ts';
import { BOUNDS, MemoryModel, step } from './memory.test.model.ts';

const POLICIES: readonly PolicyName[] = ['adaptive', 'lru', 'lfu', 'fifo'];
const FACTS: EntryFacts = {
  ...{ tags: [], loadedAt: 0, position: 0, loadMs: 1, pattern: 0 },
  ...{ freshUntil: 100, staleUntil: 100, errorUntil: 100 },
};

function create(options: Partial<MemoryOptions> = {}): Memory {
  return new Memory({ maxEntries: 4, policy: 'lru', random: createRandom(1), ...options });
}

function keysOf(memory: Memory, names: string): string {
  return [...names].filter((name) => memory.look(name) >= 0).join('');
}

for (const policy of POLICIES) {
  test(`[CACHE-100] whatever is done, ${policy} holds what the model holds`, () => {
    const property = fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const sizeOf = (value: unknown): number => (value as { bytes: number }).bytes;
      const memory = create({ ...BOUNDS, policy, sizeOf });
      const model = new MemoryModel(policy, memory);
      for (const each of steps) {
        model.do(each);
        model.check();
      }
    });
    fc.assert(property, { numRuns: 1_000, ...propertySeed() });
  });

  test(`[CACHE-101] ${policy} keeps its bounds while it grows to thousands of values`, () => {
    const memory = create({ maxEntries: 3_000, maxBytes: 20_000, sizeOf: Number, policy });
    for (let i = 0; i < 20_000; i++) {
      memory.put(`key${i % 7_000}`, 1 + (i % 13), { ...FACTS, tags: [`tag${i % 50}`, 'all'] });
      assert.ok(memory.size <= 3_000 && memory.bytes <= 20_000);
      if (i % 3 === 0) memory.find(`key${i % 2_000}`);
    }
    assert.ok(memory.size > 2_500, `${memory.size} values`);
    const { size } = memory;
    let dropped = 0;
    for (let i = 0; i < 50; i += 2) dropped += memory.deleteTagged(`tag${i}`);
    assert.equal(memory.deleteTagged('all'), size - dropped);
    assert.deepEqual([memory.size, memory.bytes, memory.tagCount], [0, 0, 0]);
  });
}

test('[CACHE-102] under lru the one used longest ago goes, and looking is no use', () => {
  const memory = create();
  for (const key of 'abcd') memory.put(key, key, FACTS);
  memory.find('a');
  memory.look('b');
  memory.put('e', 'e', FACTS);
  assert.equal(keysOf(memory, 'abcde'), 'acde');
  memory.put('c', 'c', FACTS);
  for (const key of 'fgh') memory.put(key, key, FACTS);
  assert.equal(keysOf(memory, 'abcdefgh'), 'cfgh');
});

test('[CACHE-102] under fifo the one that came first goes, used or not', () => {
  const memory = create({ policy: 'fifo' });
  for (const key of 'abcd') memory.put(key, key, FACTS);
  memory.find('a');
  memory.put('a', 'again', FACTS);
  memory.put('e', 'e', FACTS);
  assert.equal(keysOf(memory, 'abcde'), 'bcde');
});

test('[CACHE-103] what is larger than the bound is not held, and an earlier value of the key goes too', () => {
  const memory = create({ maxBytes: 10, sizeOf: Number });
  memory.put('a', 3, FACTS);
  memory.put('b', 3, FACTS);
  assert.equal(memory.put('a', 11, FACTS), false);
  assert.deepEqual([keysOf(memory, 'ab'), memory.bytes, memory.evictions], ['b', 3, 0]);
});

test('[CACHE-103] a size that is none is refused before anything changes', () => {
  const memory = create({ maxBytes: 10, sizeOf: Number });
  memory.put('a', 3, FACTS);
  for (const size of [Number.NaN, -1]) {
    assert.throws(() => memory.put('a', size, FACTS), { code: 'MILLRACE_CACHE_OPTION_INVALID' });
  }
  assert.equal(memory.valueAt(memory.look('a')), 3);
});

test('[CACHE-104] a sweep looks at so many places, goes on where it stopped, and drops the dead alone', () => {
  const memory = create({ maxEntries: 10 });
  for (let i = 0; i < 10; i++) memory.put(`${i}`, i, { ...FACTS, errorUntil: i < 8 ? 100 : 200 });
  assert.equal(memory.expire(99.9, 10), 0);
  assert.deepEqual([memory.expire(100, 3), memory.size], [3, 7]);
  assert.deepEqual([memory.expire(100, 3), memory.expire(100, 4), memory.size], [3, 2, 2]);
});

test('[CACHE-105] a value whose refresh is put off keeps its other limits', () => {
  const memory = create();
  memory.put('a', 1, FACTS);
  memory.put('b', 1, { ...FACTS, staleUntil: 150, errorUntil: 200 });
  const limits = (key: string): number[] => {
    const slot = memory.look(key);
    return [memory.freshUntil(slot), memory.staleUntil(slot), memory.errorUntil(slot)];
  };
  memory.postpone(memory.look('b'), 120);
  assert.deepEqual(
    [limits('a'), limits('b')],
    [
      [100, 100, 100],
      [120, 150, 200],
    ],
  );
});

test('[CACHE-105] how long a load took is kept to within half a percent', () => {
  const memory = create();
  for (const loadMs of [0, 0.013, 0.5, 1, 7.77, 1_234.5, 600_000]) {
    memory.put('a', 1, { ...FACTS, loadMs });
    const kept = memory.loadMs(memory.look('a'));
    assert.ok(Math.abs(kept - loadMs) <= 0.005 * loadMs, `${loadMs} is kept as ${kept}`);
  }
});
