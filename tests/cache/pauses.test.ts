import { suite, test } from 'node:test';
import { pausesWithLease, pausesWithOldValue } from './pauses.ts';

suite('processes that stand still', { concurrency: 2 }, () => {
  test('[CACHE-510] a process that stood still gives nothing that changed meanwhile', (t) =>
    pausesWithOldValue(t, 2_000, 500));

  test('[CACHE-511] who stood still for longer than its right to store lasted stores nothing', (t) =>
    pausesWithLease(t, 1_000, 400));
});
