import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadParts } from './load.ts';
import { LOAD } from './load-goals.ts';

test('[BENCH-11] every goal of the load tester is measured by one part', () => {
  const measured = loadParts(true).flatMap(({ goals }) => goals);
  assert.deepEqual(measured.toSorted(), LOAD.map(({ id }) => `load.${id}`).toSorted());
});
