import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFakeClock } from 'millrace/testing';
import { Turns } from './turns.ts';

/** Asks for a turn, and notes what came of it. */
function ask(turns: Turns, name: string, seen: string[]): void {
  turns.take().then(
    () => seen.push(name),
    (error: Error) => seen.push(`${name}: ${error.message}`),
  );
}

test('[REF-92] turns come in the order of asking; who waits too long, and who comes when too many wait, is refused', async () => {
  const clock = createFakeClock();
  const turns = new Turns({ count: 1, maxWaiting: 2, timeoutMs: 100, clock });
  const seen: string[] = [];
  for (const name of ['first', 'second', 'third', 'fourth']) ask(turns, name, seen);
  await clock.advance(0);
  assert.deepEqual(seen, ['first', 'fourth: too many wait for a database connection']);
  await clock.advance(99);
  turns.give();
  await clock.advance(0);
  assert.deepEqual(seen.slice(2), ['second']);
  await clock.advance(1);
  assert.deepEqual(seen.slice(3), ['third: no database connection became free in time']);
  turns.give();
  ask(turns, 'fifth', seen);
  await clock.advance(0);
  assert.deepEqual(seen.slice(4), ['fifth']);
});
