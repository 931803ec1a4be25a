import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mostCalls } from './upstream-calls.ts';

test('[BENCH-7] calls for a key are those of the worst window, not of the mean one', () => {
  const quiet = { dashboard: { global: 1 }, keys: {} };
  const { value, spread } = mostCalls([quiet, { keys: { ada: 2, bob: 1 }, login: { admin: 9 } }, quiet]);
  assert.deepEqual([value, spread], [2, [1, 2]]);
});
