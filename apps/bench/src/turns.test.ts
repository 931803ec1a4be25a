import assert from 'node:assert/strict';
import { test } from 'node:test';
import { takeTurns } from './turns.ts';

test('[BENCH-23] every cache is measured once a round, and each round begins with the next', async () => {
  const order: string[] = [];
  const measured = await takeTurns(['own', 'a', 'b'], 3, async (arm) => order.push(arm));
  assert.deepEqual(order.join(' '), 'own a b a b own b own a');
  assert.deepEqual(measured, [
    { own: 1, a: 2, b: 3 },
    { own: 6, a: 4, b: 5 },
    { own: 8, a: 9, b: 7 },
  ]);
});
