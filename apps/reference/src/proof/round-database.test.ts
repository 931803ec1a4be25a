import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SWITCHES } from '../switches.ts';
import { roundDatabase } from './round-database.ts';

test('[PROOF-15] every arm and round has a database of its own, whose name a server takes', () => {
  const ids = SWITCHES.map(({ id }) => id);
  const arms = ['origin', 'typical', 'optimised', ...ids, ...ids.flatMap((a) => ids.map((b) => `${a},${b}`))];
  const names = arms.flatMap((arm) => [roundDatabase(arm, 'comparison'), roundDatabase(arm, 12)]);
  for (const name of names) assert.match(name, /^[a-z][a-z0-9_]{0,38}$/);
  assert.equal(new Set(names).size, 2 * arms.length);
});
