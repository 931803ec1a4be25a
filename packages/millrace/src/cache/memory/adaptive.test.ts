import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { createRandom, type Random } from '../../core/index.ts';
import { type EntryFacts, Memory, type PolicyName } from './index.ts';
import { TinyLfu } from './tiny-lfu.ts';

const FACTS: EntryFacts = {
  ...{ tags: [], loadedAt: 0, position: 0, loadMs: 1, pattern: 0 },
  ...{ freshUntil: 100, staleUntil: 100, errorUntil: 100 },
};
const CAPACITY = 500;

function createMemory(policy: PolicyName): Memory {
  return new Memory({ maxEntries: CAPACITY, policy, random: createRandom(1) });
}

/** Share of requests that find their key; one that does not puts it. */
function hitRatio(memory: Memory, requests: number, next: () => number): number {
  let hits = 0;
  for (let asked = 0; asked < requests; asked++) {
    const key = `key:${next()}`;
    if (memory.find(key) >= 0) hits++;
    else memory.put(key, key, FACTS);
  }
  return hits / requests;
}

function loop(length: number): () => number {
  let at = 0;
  return () => at++ % length;
}

/** Every key twice, 300 requests apart, and never again. */
function twice(): () => number {
  let at = 0;
  return () => {
    const turn = at++;
    return turn % 2 === 0 ? turn : turn - 301;
  };
}

function skewed(random: Random, first: number): () => number {
  return () => first + Math.floor(20_000 * random.next() ** 6);
}

test('[CACHE-110] adaptive meets again what it can of a loop over twice as much as fits, where LRU meets nothing', () => {
  hitRatio(createMemory('lru'), 50_000, loop(2 * CAPACITY));
  const memory = createMemory('adaptive');
  hitRatio(memory, 50_000, loop(2 * CAPACITY));
  const ratio = hitRatio(memory, 20_000, loop(2 * CAPACITY));
  assert.ok(ratio > 0.4, `${ratio}`);
});

test('[CACHE-110] adaptive meets all that LRU meets where keys are used twice and never again', () => {
  const ratio = hitRatio(createMemory('adaptive'), 50_000, twice());
  assert.ok(ratio > 0.49, `${ratio}`);
});

test('[CACHE-110] adaptive finds its way from a loop to keys used twice, and back', () => {
  const memory = createMemory('adaptive');
  for (const round of [1, 2]) {
    hitRatio(memory, 40_000, loop(2 * CAPACITY));
    const looped = hitRatio(memory, 10_000, loop(2 * CAPACITY));
    assert.ok(looped > 0.35, `${looped} of the loop in round ${round}`);
    const next = twice();
    hitRatio(memory, 30_000, () => 1_000_000 * round + next());
    const seen = hitRatio(memory, 10_000, () => 1_000_000 * round + next());
    assert.ok(seen > 0.47, `${seen} of the pairs in round ${round}`);
  }
});

test('[CACHE-110] adaptive is above LRU where popularity is fixed, and gives it up when it has moved', () => {
  for (const policy of ['adaptive', 'lru'] as const) {
    const memory = createMemory(policy);
    const random = createRandom(2);
    hitRatio(memory, 60_000, skewed(random, 0));
    const before = hitRatio(memory, 30_000, skewed(random, 0));
    hitRatio(memory, 60_000, skewed(random, 50_000));
    const after = hitRatio(memory, 30_000, skewed(random, 50_000));
    assert.ok(Math.abs(before - after) < 0.02, `${policy}: ${before}, then ${after}`);
    if (policy === 'adaptive') assert.ok(before > lruRatio() + 0.02, `${before} beside ${lruRatio()}`);
  }
});

function lruRatio(): number {
  const memory = createMemory('lru');
  const random = createRandom(2);
  hitRatio(memory, 60_000, skewed(random, 0));
  return hitRatio(memory, 30_000, skewed(random, 0));
}

test('[CACHE-110] equal seeds choose alike', () => {
  const [first, second] = [createMemory('adaptive'), createMemory('adaptive')];
  const keys = (): (() => number) => skewed(createRandom(3), 0);
  assert.equal(hitRatio(first, 20_000, keys()), hitRatio(second, 20_000, keys()));
});

test('[CACHE-110] adaptive serves a loop too where bytes allow far fewer values than there may be, and then more again', () => {
  let bytes = 100;
  const memory = new Memory({
    ...{ maxEntries: 10_000, policy: 'adaptive', random: createRandom(1) },
    ...{ maxBytes: 100_000, sizeOf: () => bytes },
  });
  for (let at = 0; at < 10_000; at++) memory.put(`first:${at}`, at, FACTS);
  bytes = 500;
  hitRatio(memory, 30_000, loop(400));
  assert.equal(memory.size, 200);
  const few = hitRatio(memory, 10_000, loop(400));
  bytes = 50;
  const later = loop(4_000);
  hitRatio(memory, 200_000, () => 1_000_000 + later());
  const many = hitRatio(memory, 40_000, () => 1_000_000 + later());
  assert.ok(few > 0.3 && many > 0.3, `${few}, then ${many}`);
});

/** A newcomer used `uses` times against a rival that is counted as often: how many of a thousand are let in. */
function admitted(uses: number): number {
  const random = createRandom(4);
  let letIn = 0;
  for (let round = 0; round < 1_000; round++) {
    const policy = new TinyLfu(0, random);
    policy.grow(4);
    for (const slot of [0, 1]) policy.added(slot, slot);
    policy.victim();
    policy.added(2, 2);
    for (let slot = 0; slot < 3; slot++) for (let use = 1; use < uses; use++) policy.used(slot);
    if (policy.victim() !== 1) letIn++;
  }
  return letIn;
}

test('[CACHE-111] who is held stays against an equal count, but not always once counts are warm', () => {
  assert.equal(admitted(1), 0);
  const warm = admitted(8);
  assert.ok(warm > 0 && warm < 30, `${warm} of 1000`);
});
