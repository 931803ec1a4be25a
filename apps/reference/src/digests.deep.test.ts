import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { answersOf, type Digest, mismatches } from './digest-answers.ts';
import { digestRequests } from './digests.ts';
import { allShare, sharedEnvironment, until } from './shared-tiers.test.scene.ts';
import { SWITCHES } from './switches.ts';
import { greatestSwitchLists, startTrial, TRIAL_SECRET, TRIAL_SEED, type Trial } from './trial.ts';

const REQUESTS = digestRequests({ profile: 'tiny', seed: TRIAL_SEED, tokenSecret: TRIAL_SECRET });

let trial: Trial;
let optimised: Digest[];
before(async () => {
  trial = await startTrial();
  optimised = await answersOf(await trial.open('optimised'), REQUESTS);
});
after(() => trial?.[Symbol.asyncDispose]());

for (const { id } of SWITCHES) {
  test(`[REF-1] ${id} alone changes no answer`, async () => {
    await using service = await trial.open(id);
    assert.deepEqual(mismatches(REQUESTS, await answersOf(service, REQUESTS), optimised), []);
  });
}

test('[REF-1] as typical, and with as many switches on as can be, the answers are still the same', async () => {
  for (const switches of ['typical', ...greatestSwitchLists()]) {
    await using service = await trial.open(switches);
    assert.deepEqual(mismatches(REQUESTS, await answersOf(service, REQUESTS), optimised), [], switches);
  }
});

test('[REF-1] with Redis the answers are the same', async (t) => {
  const env = await sharedEnvironment();
  if (env === undefined) return t.skip('no Redis');
  await using service = await trial.open('optimised', { env });
  await until(() => allShare(service));
  assert.deepEqual(mismatches(REQUESTS, await answersOf(service, REQUESTS), optimised), []);
});
