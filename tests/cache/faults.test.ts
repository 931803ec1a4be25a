import { suite, test } from 'node:test';
import type { Moment } from './drills/index.ts';
import { judgeDrill } from './judge-drill.ts';

const TIMING = { beforeMs: 300, faultMs: 800, afterMs: 300 };
const DRILLS: readonly (readonly [id: string, moment: Moment])[] = [
  ['down', 'start'],
  ['cut', 'load'],
  ['full', 'idle'],
  ['flushed', 'load'],
  ['spoilt', 'load'],
];

suite('what happens to Redis', { concurrency: 3 }, () => {
  for (const [id, moment] of DRILLS) {
    test(`[CACHE-520] ${id}, at ${moment}: no answer is old, no read fails, and all is well again by itself`, (t) =>
      judgeDrill(t, id, moment, TIMING));
  }
});
