import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom, Histogram, type Random } from 'millrace/core';
import { compareRuns } from './compare.ts';
import type { ComparedRun, MetricComparison, StreamComparison } from './comparison.ts';
import { normalValue, runOf } from './noise.test.ts';

/*
 * Whole comparisons of simulated services, from single requests up: log-normal times (median 10 ms), and rounds that
 * differ by 5 % from process to process.
 */

/** So many that nine in ten are told from less: one standard error is a hundredth. */
const PAIRS = 1_000;
const ROUNDS = 10;
const SAMPLES = 2_000;
const ROUND_DEVIATION = 0.05;
const MEDIAN_US = 10_000;
const SPREAD = 0.3;
/** From here on times are of the slowest 2 %, where a planted change of P99 begins. */
const TAIL = 2.05;

interface Planted {
  /** All times are multiplied by this … */
  readonly whole?: number;
  /** … and the slowest 2 % by this besides. */
  readonly tail?: number;
}

function roundOf(random: Random, { whole = 1, tail = 1 }: Planted): ComparedRun {
  const level = MEDIAN_US * whole * Math.exp(ROUND_DEVIATION * normalValue(random));
  const times = new Histogram();
  for (let i = 0; i < SAMPLES; i++) {
    const z = normalValue(random);
    times.record(level * Math.exp(SPREAD * z) * (z > TAIL ? tail : 1));
  }
  const run = runOf('round', { samples: SAMPLES });
  const responseTimeUs = times.snapshot();
  return { ...run, result: { ...run.result, total: { ...run.result.total, responseTimeUs } } };
}

/** One comparison of so many rounds a side, taken in turns. */
function compared(random: Random, planted: Planted, rounds: number, seed: number): StreamComparison {
  const [before, after]: [ComparedRun[], ComparedRun[]] = [[], []];
  for (let i = 0; i < rounds; i++) {
    const pair = [roundOf(random, {}), roundOf(random, planted)] as const;
    before.push({ ...pair[0], name: `before ${i}` });
    after.push({ ...pair[1], name: `after ${i}` });
  }
  const [stream] = compareRuns([{ name: 'GET /', before, after }], { seed, resamples: 400 }).streams;
  assert.ok(stream !== undefined);
  return stream;
}

function metricOf({ metrics }: StreamComparison, id: MetricComparison['metric']): MetricComparison {
  const found = metrics.find(({ metric }) => metric === id);
  assert.ok(found !== undefined);
  return found;
}

function countOf(seed: number, planted: Planted, isFound: (stream: StreamComparison) => boolean): number {
  const random = createRandom(seed);
  let found = 0;
  for (let i = 0; i < PAIRS; i++) if (isFound(compared(random, planted, ROUNDS, i))) found += 1;
  return found;
}

test('[COMPARE-22] of 1,000 pairs of equal services, ten rounds each, at most 5 % are said to differ', () => {
  const alarms = countOf(41, {}, ({ verdict }) => verdict === 'worse' || verdict === 'better');
  assert.ok(alarms <= 0.05 * PAIRS, `${alarms} of ${PAIRS}`);
});

test('[COMPARE-22] a service whose P50 is 10 % slower is found by ten rounds in 9 of 10 comparisons', () => {
  const found = countOf(43, { whole: 1.1 }, (stream) => metricOf(stream, 'p50').verdict === 'worse');
  assert.ok(found >= 0.9 * PAIRS, `${found} of ${PAIRS}`);
});

test('[COMPARE-22] a service whose P99 is 20 % slower is found by ten rounds in 9 of 10 comparisons, and its P50 is not', () => {
  let falseP50 = 0;
  const found = countOf(47, { tail: 1.2 }, (stream) => {
    if (metricOf(stream, 'p50').verdict === 'worse') falseP50 += 1;
    return metricOf(stream, 'p99').verdict === 'worse';
  });
  assert.ok(found >= 0.9 * PAIRS, `${found} of ${PAIRS}`);
  assert.ok(falseP50 <= 0.05 * PAIRS, `${falseP50} of ${PAIRS}`);
});

test('[COMPARE-23] the rounds that a change of 5 % needs are stated, and so many find it about 9 times in 10', () => {
  const random = createRandom(53);
  const stated = Array.from(
    { length: 20 },
    (_, i) => metricOf(compared(random, {}, ROUNDS, i), 'p50').roundsForMinEffect,
  );
  assert.ok(
    stated.every((rounds) => rounds !== null && rounds > ROUNDS),
    JSON.stringify(stated),
  );
  const rounds = stated.map(Number).sort((a, b) => a - b)[10] ?? 0;
  // By the textbook: 2 × ((z of the corrected level + z of 0.9) × 5 % / ln 1.05)², and the efficiency of ranks.
  assert.ok(rounds >= 20 && rounds <= 50, `${rounds} rounds`);
  let found = 0;
  for (let i = 0; i < 40; i++) {
    if (metricOf(compared(random, { whole: 1.05 }, rounds, i), 'p50').verdict === 'worse') found += 1;
  }
  assert.ok(found >= 30, `${found} of 40 with ${rounds} rounds`);
});
