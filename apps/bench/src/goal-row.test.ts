import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { printRow, toRow } from './goal-row.ts';
import type { Goal } from './goals.ts';

const GOAL: Goal = {
  ...{ id: 'load.a', area: 'load', what: 'a thing', unit: 'ms', tier: 'quick' },
  target: { compare: 'below', bounds: [10] },
};
const MEASURED = { goal: GOAL.id, value: 5, spread: null };
const verdictOf = (row: ReturnType<typeof toRow>): string | undefined =>
  stripVTControlCharacters(printRow(row)).split(' ')[0];

test('[BENCH-5] a figure of an invalid run is shown with the reason, and neither meets nor misses', () => {
  const row = toRow(GOAL, { ...MEASURED, invalid: 'the loop was late' });
  assert.deepEqual([row.value, row.met, row.invalid], [5, null, 'the loop was late']);
  assert.match(printRow(row), /5 ms.*the loop was late/);
  assert.equal(verdictOf(row), 'invalid');
});

test('[BENCH-6] a goal is met, missed, shown, or skipped for a reason', () => {
  const rows = [MEASURED, { ...MEASURED, value: 10 }, { ...MEASURED, value: null, skipped: 'no wrk' }, undefined];
  assert.deepEqual(
    rows.map((measurement) => toRow(GOAL, measurement)).map((row) => [verdictOf(row), row.met, row.skipped]),
    [
      ['met', true, undefined],
      ['missed', false, undefined],
      ['skipped', null, 'no wrk'],
      ['skipped', null, 'not measured'],
    ],
  );
  assert.equal(verdictOf(toRow({ ...GOAL, target: null }, MEASURED)), 'shown');
});

test('[BENCH-8] which figure it is, and of how many, stands behind it', () => {
  const row = toRow(GOAL, { ...MEASURED, reading: { kind: 'slowest', samples: 57 } });
  assert.match(printRow(row), /5 ms, slowest of 57 /);
  assert.deepEqual(row.reading, { kind: 'slowest', samples: 57 });
  assert.equal('reading' in toRow(GOAL, MEASURED), false);
});

test('[BENCH-15] a bound is shown as one, and judged only where all that lies beyond it is alike', () => {
  const rowOf = (value: number, bound: 'at-least' | 'at-most', target: Goal['target']) =>
    toRow({ ...GOAL, target }, { ...MEASURED, value, bound });
  const wanted = { compare: 'at least', bounds: [10] } as const;
  const between = { compare: 'within', bounds: [8, 10] } as const;
  for (const [value, bound, target, met] of [
    [12, 'at-least', wanted, true],
    [5, 'at-least', wanted, null],
    [5, 'at-most', wanted, false],
    [12, 'at-most', wanted, null],
    [5, 'at-least', GOAL.target, null],
    [12, 'at-least', GOAL.target, false],
    [5, 'at-most', GOAL.target, true],
    [5, 'at-least', between, null],
    [9, 'at-least', between, null],
    [12, 'at-least', between, false],
    [12, 'at-most', between, null],
    [5, 'at-most', between, false],
  ] as const) {
    assert.equal(rowOf(value, bound, target).met, met, `${bound} ${value}, ${JSON.stringify(target)}`);
  }
  const row = rowOf(5, 'at-least', wanted);
  assert.deepEqual([row.bound, verdictOf(row)], ['at-least', 'open']);
  assert.match(printRow(row), /≥ 5 ms/);
  assert.match(printRow(rowOf(5, 'at-most', wanted)), /≤ 5 ms/);
});
