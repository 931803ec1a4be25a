import { after, before, test } from 'node:test';
import { keepsSecrets } from './secrets.test.scene.ts';
import { startTrial, type Trial } from './trial.ts';

let trial: Trial;
before(async () => {
  trial = await startTrial();
});
after(() => trial?.[Symbol.asyncDispose]());

for (const mode of ['origin', 'typical', 'optimised', 'log.sync']) {
  test(`[REF-205] ${mode}: no secret stands in a log, a metric or an answer, whatever fails`, () =>
    keepsSecrets(trial, mode));
}
