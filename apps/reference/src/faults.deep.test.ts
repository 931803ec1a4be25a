import { test } from 'node:test';
import { outlivesUpstream } from './faults.test.scene.ts';
import { startTrial } from './trial.ts';

test('[REF-102] a key service that is silent costs what stands on it alone, for five seconds at most', async () => {
  await using trial = await startTrial();
  await outlivesUpstream(trial, { halfOpen: true }, 504);
});
