import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sayProgress } from './load-progress.ts';
import { tableOf } from './rows/table.ts';

function* count(to: number): Generator<readonly [number]> {
  for (let id = 1; id <= to; id++) yield [id];
}

test('[DATA-21] a large table says how far it is, a small one says nothing, and both give all their rows', () => {
  const said: string[] = [];
  const load = (rows: number): number => {
    const table = tableOf('things', ['id'], () => count(rows), rows);
    return Array.from(sayProgress(table, (line) => said.push(line)).rows).length;
  };
  assert.equal(load(499_999), 499_999);
  assert.deepEqual(said, []);
  assert.equal(load(1_200_000), 1_200_000);
  assert.deepEqual(said, ['things: 500,000 of 1,200,000 rows', 'things: 1,000,000 of 1,200,000 rows']);
});
