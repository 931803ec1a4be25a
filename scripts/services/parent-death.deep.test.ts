import assert from 'node:assert/strict';
import { test } from 'node:test';
import { trialMoments } from './trial/moments.ts';
import { runTrial } from './trial/trial.ts';

const skip = process.platform === 'linux' ? false : 'the leftovers are looked for in /proc';

for (const afterMs of trialMoments({ seed: 2_026, count: 20, windowMs: 1_200 })) {
  test(`[SERVICES-9] SIGKILL of the parent after ${afterMs} ms leaves nothing`, { skip }, async () => {
    assert.deepEqual(await runTrial({ mode: 'hold', afterMs, signal: 'SIGKILL', group: false }), []);
  });
}

for (const [index, afterMs] of trialMoments({ seed: 2_027, count: 20, windowMs: 1_200 }).entries()) {
  const mode = index % 2 === 0 ? 'hold' : 'tidy';
  test(`[SERVICES-10] Ctrl-C after ${afterMs} ms leaves nothing (${mode})`, { skip }, async () => {
    assert.deepEqual(await runTrial({ mode, afterMs, signal: 'SIGINT', group: true }), []);
  });
}
