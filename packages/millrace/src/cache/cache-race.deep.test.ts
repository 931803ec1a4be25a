import { test } from 'node:test';
import { seededRace } from './cache-race.test.model.ts';
import { createCache } from './index.ts';

const SEED = Number(process.env.MILLRACE_TEST_SEED ?? 20_260_101);
const RACES = 2_000_000;

test('[CACHE-9] none of two million seeded interleavings shows an old value', async () => {
  for (let seed = SEED; seed < SEED + RACES; seed++) {
    await seededRace(seed, createCache).catch((cause) => {
      throw new Error(`race ${seed} broke the promise`, { cause });
    });
  }
});
