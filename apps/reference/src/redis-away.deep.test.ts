import { after, before, test } from 'node:test';
import { outlivesRedis } from './redis-away.test.scene.ts';
import { startTrial, type Trial } from './trial.ts';

let trial: Trial;
before(async () => {
  trial = await startTrial();
});
after(() => trial?.[Symbol.asyncDispose]());

test('[REF-104] a Redis that falls silent costs no answer, and is told afterwards what it missed', async (t) => {
  await outlivesRedis(t, trial, { halfOpen: true });
});

test('[REF-104] nor does one that hears nothing for a while and then everything at once', async (t) => {
  await outlivesRedis(t, trial, { stall: true });
});
