import assert from 'node:assert/strict';
import { test } from 'node:test';
import { optimalHits } from './optimal.ts';
import { REFERENCES, type ReferenceCache } from './reference-policies.ts';
import { createWorkloads } from './workloads.ts';

function create(policy: string, capacity: number): ReferenceCache {
  const make = REFERENCES[policy];
  assert.ok(make, `there is no policy ${policy}`);
  return make(capacity);
}

/** `+` for a hit and `-` for a miss, by request. */
function asked(cache: ReferenceCache, keys: string): string {
  return [...keys].map((key) => (cache.ask(key.charCodeAt(0)) ? '+' : '-')).join('');
}

test('[BENCH-21] FIFO gives up the oldest, LRU the one used longest ago', () => {
  assert.equal(asked(create('FIFO', 2), 'abacab'), '--+---');
  assert.equal(asked(create('LRU', 2), 'abacab'), '--+-+-');
});

test('[BENCH-21] SIEVE passes over what was visited, and its hand goes on from there', () => {
  // c takes the place of b, for a was visited; the hand stands behind b, so d takes that of c.
  assert.equal(asked(create('SIEVE', 2), 'abacada'), '--+-+-+');
});

test('[BENCH-21] S3-FIFO lets a key from its ghost into the main queue, which a scan does not reach', () => {
  const cache = create('S3-FIFO', 10);
  for (let key = 0; key < 10; key++) cache.ask(key);
  cache.ask(10);
  assert.equal(cache.ask(0), false);
  for (let key = 100; key < 200; key++) cache.ask(key);
  assert.equal(cache.ask(0), true);
  assert.equal(cache.ask(1), false);
});

test('[BENCH-21] W-TinyLFU keeps what is used often through a scan', () => {
  const cache = create('W-TinyLFU 1 %', 10);
  for (let round = 0; round < 5; round++) for (let key = 0; key < 8; key++) cache.ask(key);
  for (let key = 100; key < 150; key++) cache.ask(key);
  for (let key = 0; key < 8; key++) assert.equal(cache.ask(key), true, `${key}`);
});

/** Hits of the best choices there are, by trying all of them. */
function bestByTrial(keys: readonly number[], capacity: number, held: readonly number[] = [], at = 0): number {
  if (at === keys.length) return 0;
  const key = keys[at]!;
  if (held.includes(key)) return 1 + bestByTrial(keys, capacity, held, at + 1);
  const without = [held, ...held.map((_, out) => [...held.filter((_, index) => index !== out), key])];
  const choices = held.length < capacity ? [[...held, key], held] : without;
  return Math.max(...choices.map((choice) => bestByTrial(keys, capacity, choice, at + 1)));
}

test('[BENCH-21] the optimum is what trying every choice finds', () => {
  let state = 1;
  const next = (): number => {
    state = (state * 48_271) % 0x7fffffff;
    return state % 5;
  };
  for (let round = 0; round < 40; round++) {
    const keys = Array.from({ length: 8 }, next);
    for (const capacity of [1, 2, 3])
      assert.equal(optimalHits(Int32Array.from(keys), capacity), bestByTrial(keys, capacity), keys.join());
  }
});

test('[BENCH-21] no policy is above the optimum', () => {
  for (const { name, capacity, keys } of createWorkloads(3, 30_000)) {
    const most = optimalHits(keys, capacity);
    for (const policy of Object.keys(REFERENCES)) {
      const cache = create(policy, capacity);
      const hits = keys.reduce((sum, key) => sum + Number(cache.ask(key)), 0);
      assert.ok(hits <= most, `${policy} on ${name}: ${hits} of ${most}`);
    }
  }
});
