import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import fc from 'fast-check';
import { Entries, type Entry } from './entries.ts';

const SEED = Number(process.env.MILLRACE_TEST_SEED ?? 20_260_101) | 0;

function entry(key: string, tags: readonly string[] = [], expiresAt = Number.POSITIVE_INFINITY): Entry {
  return { key, value: key, tags, expiresAt };
}

test('[CACHE-14] the least recently used goes first, and reading is use', () => {
  const entries = new Entries(2);
  entries.put(entry('a'));
  entries.put(entry('b'));
  entries.get('a', 0);
  entries.put(entry('c'));
  assert.deepEqual(
    ['a', 'b', 'c'].map((key) => entries.get(key, 0)?.value),
    ['a', undefined, 'c'],
  );
  assert.equal(entries.evictions, 1);
});

test('[CACHE-14] putting a key again evicts nothing', () => {
  const entries = new Entries(2);
  for (const key of ['a', 'b', 'b', 'a']) entries.put(entry(key));
  assert.deepEqual([entries.size, entries.evictions], [2, 0]);
});

test('[CACHE-12] an entry counts until just before its expiry', () => {
  const entries = new Entries(2);
  entries.put(entry('a', [], 100));
  assert.equal(entries.get('a', 99.999)?.value, 'a');
  assert.equal(entries.get('a', 100), undefined);
  assert.equal(entries.size, 0);
});

test('[CACHE-15] after any operations the tags find what is held, and nothing else', () => {
  const key = fc.constantFrom('a', 'b', 'c', 'd');
  const tags = fc.uniqueArray(fc.constantFrom('x', 'y', '__proto__'));
  const step = fc.oneof(
    fc.record({ op: fc.constant('put' as const), key, tags }),
    fc.record({ op: fc.constant('delete' as const), key }),
    fc.record({ op: fc.constant('tag' as const), tag: fc.constantFrom('x', 'y', '__proto__') }),
  );
  const property = fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
    const entries = new Entries(3);
    const held = new Map<string, readonly string[]>();
    for (const each of steps) {
      if (each.op === 'put') {
        held.delete(each.key);
        if (held.size === 3) held.delete(held.keys().next().value as string);
        held.set(each.key, each.tags);
        entries.put(entry(each.key, each.tags));
      } else if (each.op === 'delete') {
        assert.equal(entries.delete(each.key), held.delete(each.key) ? 1 : 0);
      } else {
        const tagged = [...held].filter(([, its]) => its.includes(each.tag));
        for (const [name] of tagged) held.delete(name);
        assert.equal(entries.deleteTagged(each.tag), tagged.length);
      }
      assert.equal(entries.size, held.size);
      assert.equal(entries.tagCount, new Set([...held.values()].flat()).size);
    }
  });
  fc.assert(property, { numRuns: 2_000, seed: SEED });
});
