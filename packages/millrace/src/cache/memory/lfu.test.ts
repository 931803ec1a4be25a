import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { Lfu } from './lfu.ts';

function create(slots: number): Lfu {
  const lfu = new Lfu();
  lfu.grow(slots);
  return lfu;
}

/** Who goes, in order, when nothing comes. */
function drain(lfu: Lfu, count: number): number[] {
  return Array.from({ length: count }, () => {
    const victim = lfu.victim(-1);
    lfu.removed(victim);
    return victim;
  });
}

test('[CACHE-107] under lfu the least used goes first, and among equals who was used longest ago', () => {
  const lfu = create(4);
  for (const slot of [0, 1, 2, 3]) lfu.added(slot);
  for (const slot of [3, 3, 0, 1]) lfu.used(slot);
  assert.deepEqual(drain(lfu, 4), [2, 0, 1, 3]);
});

test('[CACHE-107] under lfu a newcomer stays while there is another', () => {
  const lfu = create(3);
  lfu.added(0);
  for (let uses = 0; uses < 300; uses++) lfu.used(0);
  lfu.added(1);
  assert.equal(lfu.victim(1), 0);
  lfu.removed(0);
  assert.equal(lfu.victim(1), 1);
});

test('[CACHE-107] under lfu what was popular long ago goes in the end', () => {
  const lfu = create(3);
  lfu.added(0);
  for (let uses = 0; uses < 40; uses++) lfu.used(0);
  lfu.added(1);
  let rounds = 0;
  for (let newcomer = 2; ; rounds++) {
    lfu.added(newcomer);
    lfu.used(newcomer);
    const victim = lfu.victim(newcomer);
    lfu.removed(victim);
    if (victim === 0) break;
    assert.ok(rounds < 1_000, 'it stays for ever');
    newcomer = victim;
  }
  assert.ok(rounds > 10, `it went after ${rounds} newcomers`);
});
