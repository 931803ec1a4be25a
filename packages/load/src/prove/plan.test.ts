import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BUDGETS, withBlocks } from './budget.ts';
import { planRounds, roundsOf } from './plan.ts';
import { AFTER, BEFORE, phaseOf } from './proof-doubles.test.ts';

const order = (blocks: number): string =>
  planRounds([BEFORE, AFTER], [], blocks)
    .map(({ arm }) => (arm === BEFORE ? 'A' : 'B'))
    .join('');

test('[PROVE-1] quick runs ABBA, the main job a third block in rotated order', () => {
  assert.equal(order(BUDGETS.quick.blocks), 'ABBA');
  assert.equal(order(BUDGETS.main.blocks), 'ABBAAB');
  assert.deepEqual(
    planRounds([BEFORE, AFTER], [], 3).map(({ block }) => block),
    [0, 0, 1, 1, 2, 2],
  );
});

test('[PROVE-2] a phase of the first or the last two rounds runs once an arm', () => {
  const phases = [phaseOf('each'), phaseOf('first', { rounds: 'first-two' }), phaseOf('last', { rounds: 'last-two' })];
  for (const blocks of [1, 2, 3]) {
    const rounds = planRounds([BEFORE, AFTER], phases, blocks);
    for (const phase of phases) {
      const running = rounds.filter((round) => round.phases.includes(phase));
      assert.equal(running.length, roundsOf(phase, blocks));
      if (phase.rounds !== 'each') assert.deepEqual(new Set(running.map(({ arm }) => arm)), new Set([BEFORE, AFTER]));
    }
    if (blocks === 1) continue;
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

test('[PROVE-1] fewer blocks take less of the budget, and none or too many are refused', () => {
  assert.equal(order(withBlocks(BUDGETS.quick, 1).blocks), 'AB');
  for (const blocks of [0, 1.5, 3, Number.NaN]) {
    assert.throws(() => withBlocks(BUDGETS.quick, blocks), { code: 'MILLRACE_PROVE_OPTION_INVALID' });
  }
});
