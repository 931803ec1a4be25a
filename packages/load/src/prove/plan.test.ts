import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planRounds, roundsOf } from './plan.ts';
import { AFTER, BEFORE, phaseOf } from './proof-doubles.test.ts';

const order = (quick: boolean): string =>
  planRounds([BEFORE, AFTER], [], quick)
    .map(({ arm }) => (arm === BEFORE ? 'A' : 'B'))
    .join('');

test('[PROVE-1] quick runs ABBA, the main job a third block in rotated order', () => {
  assert.equal(order(true), 'ABBA');
  assert.equal(order(false), 'ABBAAB');
  assert.deepEqual(
    planRounds([BEFORE, AFTER], [], false).map(({ block }) => block),
    [0, 0, 1, 1, 2, 2],
  );
});

test('[PROVE-2] a phase of the first or the last two rounds runs once an arm', () => {
  const phases = [phaseOf('each'), phaseOf('first', { rounds: 'first-two' }), phaseOf('last', { rounds: 'last-two' })];
  for (const quick of [true, false]) {
    const rounds = planRounds([BEFORE, AFTER], phases, quick);
    for (const phase of phases) {
      const running = rounds.filter((round) => round.phases.includes(phase));
      assert.equal(running.length, roundsOf(phase, quick));
      if (phase.rounds !== 'each') assert.deepEqual(new Set(running.map(({ arm }) => arm)), new Set([BEFORE, AFTER]));
    }
    assert.deepEqual(
      rounds.at(0)?.phases.map(({ id }) => id),
      ['each', 'first'],
    );
    assert.deepEqual(
      rounds.at(-1)?.phases.map(({ id }) => id),
      ['each', 'last'],
    );
  }
});
