import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judgeRace, keysFor, LIMIT, RACERS, stretches } from './race-plan.ts';

test('[BENCH-25] in a race each process asks for every key as often, all together for twice its limit', () => {
  const keys = keysFor(10_000);
  const asked = Array<number>(keys).fill(0);
  let highest = -1;
  for (const stretch of stretches(keys)) {
    assert.ok(Math.min(...stretch) > highest, 'a stretch has keys of its own');
    highest = Math.max(...stretch);
    for (const key of stretch) asked[key]!++;
  }
  assert.deepEqual(new Set(asked), new Set([(2 * LIMIT) / RACERS]));
  assert.equal(asked.length * asked[0]!, 10_000);
});

test('[BENCH-25] what passes beyond a limit is not made up for by what another key has left', () => {
  assert.deepEqual(
    judgeRace([
      [5, 5],
      [5, 5],
    ]),
    { over: 0, left: 0 },
  );
  assert.deepEqual(
    judgeRace([
      [5, 2],
      [7, 5],
    ]),
    { over: 2, left: 3 },
  );
});
