import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import fc from 'fast-check';
import { LRUCache } from 'lru-cache';
import { createRandom } from '../../core/index.ts';
import { propertySeed } from '../../testing/index.ts';
import { type EntryFacts, Memory } from './index.ts';

const MAX_ENTRIES = 8;
const MAX_BYTES = 30;
const UNTIL = Number.POSITIVE_INFINITY;
const FACTS: EntryFacts = {
  ...{ tags: [], loadedAt: 0, position: 0, loadMs: 0, pattern: 0 },
  ...{ freshUntil: UNTIL, staleUntil: UNTIL, errorUntil: UNTIL },
};

const key = fc.integer({ min: 0, max: 14 }).map(String);
const op = <Name extends string>(name: Name) => fc.constant(name);
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ op: op('put'), key, size: fc.integer({ min: 1, max: MAX_BYTES + 2 }) }) },
  { weight: 4, arbitrary: fc.record({ op: op('get'), key }) },
  fc.record({ op: op('peek'), key }),
  fc.record({ op: op('delete'), key }),
  fc.record({ op: op('clear') }),
);
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

function apply(memory: Memory, peer: LRUCache<string, number>, each: Step): void {
  if (each.op === 'put') {
    memory.put(each.key, each.size, FACTS);
    peer.set(each.key, each.size);
  } else if (each.op === 'get') assert.equal(memory.valueAt(memory.find(each.key)), peer.get(each.key));
  else if (each.op === 'peek') assert.equal(memory.valueAt(memory.look(each.key)), peer.peek(each.key));
  else if (each.op === 'delete') assert.equal(memory.delete(each.key), peer.delete(each.key));
  else {
    memory.clear();
    peer.clear();
  }
}

function checkAlike(withBytes: boolean): void {
  const property = fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
    const sized = { sizeOf: Number, maxBytes: MAX_BYTES };
    const random = createRandom(1);
    const memory = new Memory({ maxEntries: MAX_ENTRIES, policy: 'lru', random, ...(withBytes && sized) });
    const peerSized = { maxSize: MAX_BYTES, sizeCalculation: Number };
    const peer = new LRUCache<string, number>({ max: MAX_ENTRIES, ...(withBytes && peerSized) });
    for (const each of steps) {
      apply(memory, peer, each);
      assert.equal(memory.size, peer.size);
      assert.equal(memory.bytes, peer.calculatedSize);
      for (let name = 0; name <= 14; name++) assert.equal(memory.look(`${name}`) >= 0, peer.has(`${name}`), `${name}`);
    }
  });
  fc.assert(property, { numRuns: 1_000, ...propertySeed() });
}

test('[CACHE-106] lru holds what lru-cache holds, bounded by count', () => checkAlike(false));

test('[CACHE-106] lru holds what lru-cache holds, bounded by count and bytes', () => checkAlike(true));
