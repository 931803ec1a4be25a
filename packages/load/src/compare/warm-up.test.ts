import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from 'millrace/core';
import { normalValues } from './noise.test.ts';
import { detectWarmUp } from './warm-up.ts';

const steady = (seed: number, seconds: number, mean = 10): number[] =>
  normalValues(createRandom(seed), seconds, mean, 1);

test('[COMPARE-30] a step at the start is found where it ends', () => {
  for (const ends of [3, 7, 10, 20]) {
    const { length, settled } = detectWarmUp([...steady(ends, ends, 20), ...steady(99, 60 - ends)]);
    assert.deepEqual({ length, settled }, { length: ends, settled: true });
  }
});

test('[COMPARE-30] a slow settling is cut where little of it is left', () => {
  const means = steady(3, 60).map((mean, second) => mean + 40 * Math.exp(-second / 4));
  const { length } = detectWarmUp(means);
  assert.ok(length >= 6 && length <= 20, String(length));
});

test('[COMPARE-30] a steady run has no warm-up, but for one in a hundred', () => {
  let found = 0;
  for (let seed = 0; seed < 300; seed++) if (detectWarmUp(steady(seed, 60)).length > 0) found += 1;
  assert.ok(found <= 9, `${found} of 300`);
  assert.deepEqual(detectWarmUp(new Array(40).fill(7)), { length: 0, settled: true });
  assert.deepEqual(detectWarmUp([90, 90, 10, 10]), { length: 0, settled: true });
  assert.throws(() => detectWarmUp([], { seed: -1 }), { code: 'MILLRACE_LOAD_OPTION_INVALID' });
});

test('[COMPARE-31] a run that changes late, or drifts, has not settled', () => {
  const late = [...steady(1, 45, 20), ...steady(2, 15)];
  const drifting = steady(4, 60).map((mean, second) => mean + second);
  for (const means of [late, drifting]) {
    assert.deepEqual(detectWarmUp(means), { length: 0, settled: false });
  }
});
