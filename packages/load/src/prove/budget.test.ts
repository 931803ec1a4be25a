import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ArmSpec } from './arm-spec.ts';
import { BUDGETS, budgetFor, checkBudget, plannedSeconds, withBlocks } from './budget.ts';
import type { PhaseSpec } from './manifest.ts';
import { planRounds } from './plan.ts';
import { AFTER, BEFORE, phaseOf } from './proof-doubles.test.ts';

const OVER = { code: 'MILLRACE_PROVE_OVER_BUDGET' };
const MIDDLE = { id: 'middle', label: 'middle' };
const rounds = (phases: readonly PhaseSpec[], arms: readonly ArmSpec[] = [BEFORE, AFTER]) =>
  planRounds([{ arms, phases }], 2);
const AROUND = 1 + 1 + 0.3 + 4 * (0.5 + 0.2);
const isAbout = (left: number, right: number): void => assert.ok(Math.abs(left - right) < 1e-9, `${left} ${right}`);

test('[PROVE-7] the limits of the tiers, and what passes around the phases', () => {
  assert.deepEqual(
    Object.values(BUDGETS).map(({ tier, limitSeconds }) => [tier, limitSeconds]),
    [
      ['quick', 80],
      ['main', 180],
      ['full', 7200],
    ],
  );
  isAbout(plannedSeconds(BUDGETS.quick, rounds([])), AROUND);
  isAbout(plannedSeconds(BUDGETS.quick, rounds([], [BEFORE, MIDDLE, AFTER])), AROUND + 2 * (0.5 + 0.2));
});

test('[PROVE-7] a service that needs other times around its phases says so, and keeps the rest', () => {
  const budget = budgetFor('quick', { prepare: 8, drain: 2.1 });
  isAbout(plannedSeconds(budget, rounds([])), 8 + 1 + 0.3 + 4 * (0.5 + 2.1));
  assert.deepEqual([budget.blocks, budget.limitSeconds], [2, 80]);
});

test('[PROVE-7] a phase counts as often as it runs, with its warm-up; streams side by side count once', () => {
  const [stream] = phaseOf('x', { seconds: 3 }).streams;
  assert.ok(stream);
  const each = phaseOf('each', { seconds: 3, streams: [stream, { ...stream, id: 'other' }], warmUp: [stream] });
  isAbout(plannedSeconds(BUDGETS.quick, rounds([each])), AROUND + 4 * 6);
  isAbout(plannedSeconds(BUDGETS.quick, rounds([{ ...each, rounds: 'last-block' }])), AROUND + 2 * 6);
});

test('[PROVE-8] what takes longer than the tier allows is refused, and says by how much', () => {
  checkBudget(BUDGETS.quick, rounds([phaseOf('mix', { seconds: (80 - AROUND) / 4 })]));
  assert.throws(() => checkBudget(BUDGETS.quick, rounds([phaseOf('mix', { seconds: (80.3 - AROUND) / 4 })])), {
    ...OVER,
    message: /would take 80\.3 s, the tier quick allows 80 s/,
  });
});

test('[PROVE-8] a number of blocks that makes no sense is refused', () => {
  assert.equal(withBlocks(BUDGETS.quick, 1).blocks, 1);
  for (const blocks of [0, 1.5, 21, Number.NaN])
    assert.throws(() => withBlocks(BUDGETS.quick, blocks), { code: 'MILLRACE_PROVE_OPTION_INVALID' });
  assert.throws(() => withBlocks(BUDGETS.quick, 2, 3), { code: 'MILLRACE_PROVE_OPTION_INVALID' });
});
