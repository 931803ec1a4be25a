import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addUp, BUDGETS, checkBudget, plannedSeconds } from './budget.ts';
import { phaseOf } from './proof-doubles.test.ts';

const OVER = { code: 'MILLRACE_PROVE_OVER_BUDGET' };

test('[PROVE-7] the lines of each budget add up to no more than its limit', () => {
  assert.equal(BUDGETS.quick.limitSeconds, 80);
  assert.equal(BUDGETS.main.limitSeconds, 180);
  for (const budget of Object.values(BUDGETS)) {
    const sum = addUp(budget);
    assert.ok(sum <= budget.limitSeconds && sum > budget.limitSeconds * 0.8, `${budget.tier}: ${sum} s`);
  }
});

test('[PROVE-7] each line runs as often as the rounds allow', () => {
  const rounds = { quick: 4, main: 6 };
  for (const { tier, lines } of Object.values(BUDGETS)) {
    for (const { id, count } of lines) assert.ok([1, 2, rounds[tier]].includes(count), id);
  }
});

test('[PROVE-8] a phase is held to the line of its id, all phases to the sum of the lines', () => {
  checkBudget(BUDGETS.quick, [phaseOf('mix', { seconds: 6 }), phaseOf('portal', { seconds: 3, rounds: 'last-two' })]);
  assert.throws(() => checkBudget(BUDGETS.quick, [phaseOf('mix', { seconds: 6.1 })]), OVER);
  assert.throws(() => checkBudget(BUDGETS.quick, [phaseOf('portal', { seconds: 3, rounds: 'each' })]), OVER);
  checkBudget(BUDGETS.quick, [phaseOf('another', { seconds: 13 })]);
  assert.throws(() => checkBudget(BUDGETS.quick, [phaseOf('another', { seconds: 15 })]), OVER);
});

test('[PROVE-8] warm-ups count, streams side by side count once', () => {
  const [stream] = phaseOf('x', { seconds: 10 }).streams;
  assert.ok(stream);
  const sideBySide = phaseOf('x', { seconds: 10, streams: [stream, { ...stream, id: 'other' }] });
  const fixed = addUp(BUDGETS.quick, 'fixed');
  assert.equal(plannedSeconds(BUDGETS.quick, [sideBySide]), fixed + 40);
  assert.equal(plannedSeconds(BUDGETS.quick, [{ ...sideBySide, warmUp: [stream] }]), fixed + 80);
  assert.throws(() => checkBudget(BUDGETS.quick, [{ ...sideBySide, warmUp: [stream] }]), OVER);
});
