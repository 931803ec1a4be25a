import { suite, test } from 'node:test';
import { CACHE_FAULTS, MOMENTS } from './drills/index.ts';
import { judgeDrill } from './judge-drill.ts';

const TIMING = { beforeMs: 1_000, faultMs: 4_000, afterMs: 1_000 };

suite('everything that happens to Redis', { concurrency: 2 }, () => {
  for (const { id } of CACHE_FAULTS) {
    for (const moment of MOMENTS) {
      test(`[CACHE-520] ${id}, at ${moment}, for four seconds`, (t) => judgeDrill(t, id, moment, TIMING));
    }
  }
});
