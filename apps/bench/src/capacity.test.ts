import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CapacityRow } from '@millrace/load/prove';
import { readCapacity } from './capacity.ts';

const arm = (id: string, value: number | null): CapacityRow['arms'][number] => ({
  arm: id,
  perSecond: { value, spread: value === null ? null : { min: value, max: value + 1 }, bound: 'exact' },
  limitedBy: 'slo',
  death: null,
  steps: [],
});

const ratio = (
  value: number | null,
  bound: 'exact' | 'at-least' | 'at-most' = 'exact',
): CapacityRow['ratios'][number] => {
  return { value, bound, spread: null };
};

const ROW: CapacityRow = {
  id: 'tokens',
  label: 'mix with tokens',
  slo: { p99Ms: 200, errorShare: 0.001 },
  arms: [arm('origin', 100), arm('typical', 300), arm('db.no-totals,db.parse-per-query', 750), arm('optimised', 1_500)],
  ratios: [ratio(15), ratio(5), ratio(2)],
};

const valuesOf = (row: CapacityRow) =>
  Object.fromEntries(readCapacity({ capacity: [row] }).map(({ goal, value }) => [goal, value]));

test('[BENCH-15] ratios and rates of a capacity are read by the arm’s id', () => {
  assert.deepEqual(valuesOf(ROW), {
    'reference.capacity.origin': 15,
    'reference.capacity.typical': 5,
    'reference.capacity.without-sql': 2.5,
    'reference.capacity.rate.without-sql': 750,
    'reference.capacity.rate.origin': 100,
    'reference.capacity.rate.typical': 300,
    'reference.capacity.rate.optimised': 1_500,
  });
});

test('an arm that is missing or unknown gives no figure, and says why', () => {
  const [origin, typical] = readCapacity({
    capacity: [{ ...ROW, arms: [arm('origin', 90), arm('optimised', null)], ratios: [ratio(null)] }],
  });
  assert.deepEqual([origin?.value, origin?.skipped], [null, 'no ratio to origin']);
  assert.deepEqual([typical?.value, typical?.skipped], [null, 'no ratio to typical']);
  const lost = { ...arm('origin', 90), limitedBy: 'died', death: 'ended with exit code 7' } as const;
  const rates = readCapacity({ capacity: [{ ...ROW, arms: [lost, ...ROW.arms.slice(1)] }] });
  const rate = rates.find(({ goal }) => goal === 'reference.capacity.rate.origin');
  assert.deepEqual([rate?.value, rate?.skipped], [null, 'origin was lost in a search: ended with exit code 7']);
  assert.throws(() => readCapacity({ capacity: [] }), /no capacity "tokens"/);
});

test('[BENCH-15] what is only a bound says so, a rate as well as a ratio', () => {
  const open = arm('optimised', 1_500);
  const reached = {
    ...open,
    perSecond: { ...open.perSecond, bound: 'at-least' as const },
    limitedBy: 'generator' as const,
  };
  const boundsOf = (row: CapacityRow) =>
    Object.fromEntries(readCapacity({ capacity: [row] }).map(({ goal, value, bound }) => [goal, [value, bound]]));
  const row = { ...ROW, arms: [...ROW.arms.slice(0, -1), reached] };
  const found = boundsOf({ ...row, ratios: [ratio(15, 'at-least'), ratio(5, 'at-most'), ratio(2)] });
  assert.deepEqual(found['reference.capacity.rate.optimised'], [1_500, 'at-least']);
  assert.deepEqual(found['reference.capacity.rate.origin'], [100, undefined]);
  assert.deepEqual(found['reference.capacity.origin'], [15, 'at-least']);
  assert.deepEqual(found['reference.capacity.typical'], [5, 'at-most']);
  assert.deepEqual(found['reference.capacity.without-sql'], [2.5, 'at-most']);
  const divided = (typical: 'exact' | 'at-least', without: 'at-least' | 'at-most') =>
    boundsOf({ ...row, ratios: [ratio(15), ratio(5, typical), ratio(2, without)] })['reference.capacity.without-sql'];
  assert.deepEqual(divided('exact', 'at-least'), [2.5, 'at-most'], 'divided by at least as much');
  assert.deepEqual(divided('at-least', 'at-most'), [2.5, 'at-least']);
  assert.deepEqual(divided('at-least', 'at-least'), [null, undefined], 'bounded from both sides');
});

test('[BENCH-15] a spread with an end that may lie elsewhere is none', () => {
  const spread = { min: 90, max: 200, maxBound: 'at-least' } as const;
  const origin = { ...arm('origin', 100), perSecond: { value: 100, spread, bound: 'exact' as const } };
  const found = readCapacity({ capacity: [{ ...ROW, arms: [origin, ...ROW.arms.slice(1)] }] });
  assert.equal(found.find(({ goal }) => goal === 'reference.capacity.rate.origin')?.spread, null);
});
