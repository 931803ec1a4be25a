import assert from 'node:assert/strict';
import { test } from 'node:test';
import { measureParts } from './parts.ts';
import { createProgress } from './progress.ts';

test('[BENCH-9] a part that fails leaves its goals skipped for its reason, and the rest is measured', async () => {
  const measured = { goal: 'load.c', value: 1, spread: null };
  const parts = [
    { goals: ['load.a', 'load.b'], measure: () => Promise.reject(new Error('no descriptor left')) },
    { goals: ['load.c'], measure: () => measured },
  ];
  const told: string[] = [];
  const measurements = await measureParts(
    parts,
    createProgress(2, (line) => told.push(line)),
  );
  assert.deepEqual([told[0], told[2]], ['[1/2] load.a, load.b …', '[2/2] load.c …']);
  const skipped = { value: null, spread: null, skipped: 'no descriptor left' };
  assert.deepEqual(measurements, [{ goal: 'load.a', ...skipped }, { goal: 'load.b', ...skipped }, measured]);
});
