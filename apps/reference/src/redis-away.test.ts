import { after, before, test } from 'node:test';
import { outlivesRedis } from './redis-away.test.scene.ts';
import { startTrial, type Trial } from './trial.ts';

let trial: Trial;
before(async () => {
  trial = await startTrial();
});
after(() => trial?.[Symbol.asyncDispose]());

test('[REF-104] a Redis that refuses connections costs no answer, and is told afterwards what it missed', async (t) => {
  await outlivesRedis(t, trial, { refuse: true });
});
