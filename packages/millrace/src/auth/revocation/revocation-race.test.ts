import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runRaces } from './revocation-race.test.runner.ts';

const SEED = Number(process.env.MILLRACE_TEST_SEED ?? 20_260_101) | 0;

test('[AUTH-90] no interleaving of checks, revocations, lost hints, failovers and time accepts what was ended', async () => {
  await runRaces(1_000, SEED);
});

for (const fault of ['lagging-reads', 'early-answer', 'unmarked-history'] as const) {
  test(`[AUTH-91] the races find a database with ${fault}`, async () => {
    await assert.rejects(runRaces(20_000, SEED, fault), /was accepted/);
  });
}
