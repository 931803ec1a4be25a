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
