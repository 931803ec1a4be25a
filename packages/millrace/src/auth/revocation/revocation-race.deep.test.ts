import { test } from 'node:test';
import { runRaces } from './revocation-race.test.runner.ts';

const SEED = Number(process.env.MILLRACE_TEST_SEED ?? 20_260_101) | 0;

test('[AUTH-90] a hundred thousand interleavings accept nothing that was ended', async () => {
  await runRaces(100_000, SEED);
});
