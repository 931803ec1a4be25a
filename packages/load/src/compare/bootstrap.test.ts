import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from 'millrace/core';
import { differenceInterval, windowInterval } from './bootstrap.ts';
import { normalValue, normalValues } from './noise.test.ts';

const draws = (seed: number, resamples = 400, confidence = 0.95) => ({
  random: createRandom(seed),
  resamples,
  confidence,
});

for (const rounds of [5, 10, 20]) {
  test(`[COMPARE-10] the interval holds the true difference about 95 times in 100, with ${rounds} rounds a side`, () => {
    const random = createRandom(11).fork(`rounds ${rounds}`);
    const trials = 400;
    let held = 0;
    for (let i = 0; i < trials; i++) {
      const [before, after] = [normalValues(random, rounds), normalValues(random, rounds, 0.7)];
      const { low, high } = differenceInterval(before, after, draws(i));
      if (low <= 0.7 && high >= 0.7) held += 1;
    }
    assert.ok(held / trials >= 0.92 && held / trials <= 0.985, `${(100 * held) / trials} %`);
  });
}

test('[COMPARE-10] the same seed gives the same interval; rounds without noise give one point', () => {
  const [before, after] = [
    [1, 2, 3, 5, 4],
    [3, 4, 9, 5, 6],
  ];
  assert.deepEqual(differenceInterval(before, after, draws(3)), differenceInterval(before, after, draws(3)));
  assert.notDeepEqual(differenceInterval(before, after, draws(3)), differenceInterval(before, after, draws(4)));
  assert.deepEqual(differenceInterval([2, 2, 2], [5, 5, 5], draws(1)), { low: 3, high: 3 });
  assert.throws(() => differenceInterval([1], [1, 2], draws(1)), RangeError);
});

test('[COMPARE-13] seconds that are like their neighbours give a wider interval than the same seconds mixed', () => {
  const random = createRandom(5);
  let state = 0;
  const drifting = Array.from({ length: 120 }, () => {
    state = 0.95 * state + normalValue(random);
    return { part: 50 + 5 * state, whole: 1_000 };
  });
  const mixed = drifting.map((_, i) => drifting[(i * 49) % 120] as (typeof drifting)[number]);
  const widthOf = (windows: typeof drifting): number => {
    const { low, high } = windowInterval([windows], [windows], { ...draws(9, 1_000), toScale: Number });
    return high - low;
  };
  assert.ok(widthOf(drifting) > 1.5 * widthOf(mixed), `${widthOf(drifting)} and ${widthOf(mixed)}`);
});

test('[COMPARE-13] runs without a second, or without a request, have no errors', () => {
  assert.deepEqual(windowInterval([[]], [[{ part: 0, whole: 0 }]], { ...draws(1), toScale: Number }), {
    low: 0,
    high: 0,
  });
});

test('[COMPARE-13] however few seconds a run has, those that differ give an interval with a width', () => {
  for (let seconds = 2; seconds <= 10; seconds += 1) {
    const windows = Array.from({ length: seconds }, (_, i) => ({ part: i === 0 ? 5 : 10, whole: 20 }));
    const { low, high } = windowInterval([windows], [windows], { ...draws(1), toScale: Number });
    assert.ok(low < 0 && high > 0, `${seconds} seconds: ${low} to ${high}`);
  }
});
