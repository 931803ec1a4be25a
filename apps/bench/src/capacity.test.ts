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

test('ratios and rates of a capacity are read by the arm’s id', () => {
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

test('an arm that is missing, unknown or only bounded from above gives no figure, and says why', () => {
  const [origin, typical] = readCapacity({
    capacity: [{ ...ROW, arms: [arm('origin', 90), arm('optimised', null)], ratios: [ratio(12, 'at-most')] }],
  });
  assert.deepEqual([origin?.value, origin?.skipped], [null, 'at most 12.0: origin may take more']);
  assert.deepEqual([typical?.value, typical?.skipped], [null, 'no ratio to typical']);
  assert.equal(valuesOf({ ...ROW, ratios: [ratio(12, 'at-least'), ratio(null)] })['reference.capacity.origin'], 12);
  const lost = { ...arm('origin', 90), limitedBy: 'died', death: 'ended with exit code 7' } as const;
  const rates = readCapacity({ capacity: [{ ...ROW, arms: [lost, ...ROW.arms.slice(1)] }] });
  const rate = rates.find(({ goal }) => goal === 'reference.capacity.rate.origin');
  assert.deepEqual([rate?.value, rate?.skipped], [null, 'origin was lost in a search: ended with exit code 7']);
  const bounded = { ...ROW, ratios: [ratio(15), ratio(5), ratio(2, 'at-least')] };
  assert.equal(valuesOf(bounded)['reference.capacity.without-sql'], null);
  assert.throws(() => readCapacity({ capacity: [] }), /no capacity "tokens"/);
});
