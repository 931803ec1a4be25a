import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { trialMoments } from './trial/moments.ts';
import { runTrial, settled, startHolder, trialFolder } from './trial/trial.ts';

const linux = process.platform === 'linux' ? false : 'the leftovers are looked for in /proc';

for (const moment of trialMoments({ seed: 7, count: 3, windowMs: 900 })) {
  test(`[SERVICES-9] SIGKILL of the parent after ${moment} ms leaves nothing`, { skip: linux }, async () => {
    assert.deepEqual(await runTrial({ mode: 'hold', afterMs: moment, signal: 'SIGKILL', group: false }), []);
  });
}

for (const moment of trialMoments({ seed: 8, count: 2, windowMs: 900 })) {
  test(`[SERVICES-10] Ctrl-C after ${moment} ms leaves nothing`, { skip: linux }, async () => {
    assert.deepEqual(await runTrial({ mode: 'hold', afterMs: moment, signal: 'SIGINT', group: true }), []);
  });
}

test('[SERVICES-10] Ctrl-C for a parent that closes its servers itself leaves nothing', { skip: linux }, async () => {
  assert.deepEqual(await runTrial({ mode: 'tidy', afterMs: 900, signal: 'SIGINT', group: true }), []);
});

test('[SERVICES-10] SIGTERM of the parent leaves nothing', { skip: linux }, async () => {
  assert.deepEqual(await runTrial({ mode: 'hold', afterMs: 600, signal: 'SIGTERM', group: false }), []);
});

test('[SERVICES-11] a forgotten close neither holds the process nor leaves anything', { skip: linux }, async () => {
  await using folder = await trialFolder();
  const holder = startHolder('forget', folder.path);
  const exit = once(holder, 'exit');
  const end = setTimeout(() => holder.kill('SIGKILL'), 20_000);
  assert.deepEqual(await exit, [0, null]);
  clearTimeout(end);
  assert.deepEqual(await settled(folder.path), []);
});
