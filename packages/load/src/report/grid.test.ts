import assert from 'node:assert/strict';
import { test } from 'node:test';
import { alignGrid, gridFits, splitGrid } from './grid.ts';

const LINES = [
  ['', 'one', 'two', 'three', 'four', 'five'],
  ['a heading over the whole width'],
  ['mean', '1', '22', '333', '4', '5'],
  ['errors', '0', '', '', '', ''],
];

test('[REPORT-8] columns are aligned to the right, the first to the left, and a heading widens none', () => {
  assert.deepEqual(alignGrid(LINES), [
    '        one  two  three  four  five',
    'a heading over the whole width',
    'mean      1   22    333     4     5',
    'errors    0',
  ]);
});

test('[REPORT-23] the first column is wrapped to leave room for the others', () => {
  const lines = [
    ['', 'ms'],
    ['a label of many words', '12'],
  ];
  assert.deepEqual(alignGrid(lines, 18), ['                ms', 'a label of', 'many words      12']);
});

test('[REPORT-23] columns are split over as few tables as possible, evenly, without the lines that are empty there', () => {
  assert.equal(gridFits(LINES, 35), true);
  assert.equal(gridFits(LINES, 34), false);
  const [left = [], right = [], ...more] = splitGrid(LINES, 34);
  assert.deepEqual(more, []);
  assert.deepEqual(left[0], ['', 'one', 'two', 'three']);
  assert.deepEqual(right[0], ['', 'four', 'five']);
  assert.deepEqual(
    right.map(([head]) => head),
    ['', 'a heading over the whole width', 'mean'],
  );
});

test('[REPORT-23] a column that is too wide on its own has a table to itself', () => {
  const lines = [['', 'x'.repeat(40), 'y']];
  assert.deepEqual(
    splitGrid(lines, 20).map(([head]) => head?.length),
    [2, 2],
  );
});
