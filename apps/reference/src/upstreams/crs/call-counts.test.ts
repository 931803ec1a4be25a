import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createCallCounter, MAX_KEYS, OTHER_KEYS } from './call-counts.ts';

test('[CRS-11] beyond the bound, new keys are counted together and known ones as before', () => {
  const counter = createCallCounter();
  for (let i = 0; i < MAX_KEYS + 5; i++) counter.call('key-stats', `key-${i}`);
  counter.call('key-stats', 'key-0');
  const { calls, totalCalls } = counter.read();
  const byKey = calls['key-stats'] ?? {};
  assert.deepEqual([byKey['key-0'], byKey[OTHER_KEYS], Object.keys(byKey).length], [2, 5, MAX_KEYS + 1]);
  assert.equal(totalCalls, MAX_KEYS + 6);
});

test('[CRS-8] a key named like a property of every object is counted like any other', () => {
  const counter = createCallCounter();
  for (const key of ['__proto__', 'constructor', '__proto__']) counter.call('keys', key);
  assert.deepEqual(Object.entries(counter.read().calls.keys ?? {}), [
    ['__proto__', 2],
    ['constructor', 1],
  ]);
});
