import { test } from 'node:test';
import { runSharedRaces } from './shared-race.test.runner.ts';

const SEED = Number(process.env.MILLRACE_TEST_SEED ?? 20_260_101);
const RACES = 1_000_000;

test('[CACHE-300] nor does any of a million', async () => {
  await runSharedRaces(SEED, RACES);
});
