import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom, type Random } from 'millrace/core';
import type { MetricComparison } from './comparison.ts';
import { judgeMetrics, type MetricSample } from './judge.ts';
import { normalValue, normalValues } from './noise.test.ts';
import { METRICS, type MetricSpec, type Readings } from './readings.ts';

const [P50, P95, P99, GOODPUT, ERRORS] = METRICS as [MetricSpec, MetricSpec, MetricSpec, MetricSpec, MetricSpec];
const readings = (values: readonly number[], atLeast = false): Readings => ({ values, atLeast });
const judge = (samples: readonly MetricSample[], seed = 1): MetricComparison[] =>
  judgeMetrics(samples, { random: createRandom(seed), resamples: 400 });

function sample(before: readonly number[], after: readonly number[], more: Partial<MetricSample> = {}): MetricSample {
  return { spec: P50, before: readings(before), after: readings(after), effect: Math.log1p(0.05), ...more };
}

interface Simulated {
  readonly random: Random;
  readonly rounds: number;
  readonly deviation: number;
  /** What the after side of each percentile is multiplied by. */
  readonly factors?: readonly [number, number, number];
}

/** Percentiles that rise and fall together from round to round, each with noise of its own, goodput and errors steady. */
function simulate({ random, rounds, deviation, factors = [1, 1, 1] }: Simulated): MetricSample[] {
  const side = (by: readonly number[]): number[][] => {
    const shared = normalValues(random, rounds, 0, deviation * 0.8);
    return by.map((factor, i) => {
      const own = deviation * 0.6 * (1 + i / 2);
      return shared.map((common) => Math.log(10 * factor) + common + own * normalValue(random));
    });
  };
  const [before, after] = [side([1, 1, 1]), side(factors)];
  const times = [P50, P95, P99].map((spec, i) => sample(before[i] ?? [], after[i] ?? [], { spec }));
  const same = new Array<number>(rounds).fill(3);
  return [...times, sample(same, same, { spec: GOODPUT }), sample(same, same, { spec: ERRORS, effect: 0.001 })];
}

for (const rounds of [5, 8, 12]) {
  for (const deviation of [0.02, 0.07]) {
    test(`[COMPARE-22] ${rounds} equal rounds a side that vary by ${Math.round(100 * deviation)} % differ in at most 5 % of the comparisons`, () => {
      const random = createRandom(17).fork(`${rounds} ${deviation}`);
      const trials = 800;
      let alarms = 0;
      for (let i = 0; i < trials; i++) {
        const found = judge(simulate({ random, rounds, deviation }), i);
        if (found.some(({ verdict }) => verdict === 'worse' || verdict === 'better')) alarms += 1;
      }
      assert.ok(alarms / trials <= 0.05, `${alarms} of ${trials}`);
    });
  }
}

test('[COMPARE-22] a change of 10 % of P50, and of 20 % of P99, is found in 9 of 10 comparisons of ten rounds', () => {
  const random = createRandom(23);
  const trials = 400;
  const found = { p50: 0, p99: 0 };
  for (let i = 0; i < trials; i++) {
    const slowed = judge(simulate({ random, rounds: 10, deviation: 0.05, factors: [1.1, 1, 1] }), i);
    const tail = judge(simulate({ random, rounds: 10, deviation: 0.05, factors: [1, 1, 1.2] }), i);
    if (slowed[0]?.verdict === 'worse') found.p50 += 1;
    if (tail[2]?.verdict === 'worse') found.p99 += 1;
  }
  assert.ok(found.p50 / trials >= 0.9 && found.p99 / trials >= 0.9, JSON.stringify(found));
});

test('[COMPARE-21] quiet rounds of equal sides show no difference', () => {
  const random = createRandom(29);
  let alike = 0;
  for (let i = 0; i < 100; i++) {
    const found = judge(simulate({ random, rounds: 8, deviation: 0.015 }), i);
    if (found.every(({ verdict }) => verdict === 'no-difference')) alike += 1;
  }
  assert.ok(alike >= 90, `${alike} of 100`);
});

const logs = (values: readonly number[]): number[] => values.map(Math.log);
const TEN = logs([10, 10.1, 9.9, 10.05, 9.95]);
const ELEVEN = logs([11, 11.1, 10.9, 11.05, 10.95]);
const BARELY = logs([10.3, 10.32, 10.28, 10.31, 10.29]);

test('[COMPARE-20] what is sure is worse or better by what the metric wants', () => {
  assert.equal(judge([sample(TEN, ELEVEN)])[0]?.verdict, 'worse');
  assert.equal(judge([sample(ELEVEN, TEN)])[0]?.verdict, 'better');
  assert.equal(judge([sample(TEN, ELEVEN, { spec: GOODPUT })])[0]?.verdict, 'better');
  const clear = judge([sample(TEN, ELEVEN)])[0] as MetricComparison;
  assert.ok(Math.abs((clear.change ?? 0) - 0.1) < 0.001 && clear.basis === 'rounds');
  assert.ok((clear.interval?.low ?? 0) > 0.08 && (clear.interval?.high ?? 1) < 0.12);
});

test('[COMPARE-20] [COMPARE-21] a change that is sure and too small counts as no difference', () => {
  const [found] = judge([sample(TEN, BARELY)]);
  assert.ok((found?.interval?.low ?? 0) > 0 && (found?.adjustedP ?? 1) < 0.05);
  assert.equal(found?.verdict, 'no-difference');
  assert.equal(judge([sample(TEN, BARELY, { effect: Math.log1p(0.02) })])[0]?.verdict, 'worse');
});

test('[COMPARE-12] the more metrics vary, the more rounds a verdict takes; what does not vary is no metric more', () => {
  const four = sample(TEN.slice(0, 4), ELEVEN.slice(0, 4));
  assert.equal(judge([four])[0]?.basis, 'rounds');
  assert.equal(judge([four, sample([1, 1, 1, 1], [1, 1, 1, 1])])[0]?.basis, 'rounds');
  const [first] = judge([four, four]);
  assert.deepEqual([first?.basis, first?.p, first?.roundsNeeded], ['assumed', null, 5]);
});

test('[COMPARE-13] single runs tell a factor of three, and not one of a half more', () => {
  const verdictOf = (factor: number): unknown => judge([sample([0], [Math.log(factor)])])[0]?.verdict;
  assert.deepEqual([3, 1.5, 0.3].map(verdictOf), ['worse', 'cannot-tell', 'better']);
  const [told] = judge([sample([0], [Math.log(3)])]);
  assert.deepEqual([told?.basis, told?.p, told?.roundsForMinEffect], ['assumed', null, null]);
  // Rounds that vary by more than is assumed widen the interval.
  const wild = sample([0, 2], [1, 3]);
  assert.equal(judge([wild])[0]?.verdict, 'cannot-tell');
});

test('[COMPARE-13] errors of single runs are told by their seconds, from 1 % on', () => {
  const seconds = (share: number) => [Array.from({ length: 20 }, () => ({ part: 100 * share, whole: 100 }))];
  const verdictOf = (share: number): unknown => {
    const windows = { before: seconds(0), after: seconds(share) };
    return judge([sample([0], [share], { spec: ERRORS, effect: 0.001, windows })])[0]?.verdict;
  };
  assert.deepEqual([0, 0.005, 0.03].map(verdictOf), ['no-difference', 'cannot-tell', 'worse']);
});

test('[COMPARE-23] noise asks for rounds, fewer for a larger change, and more than there are', () => {
  const noisy = (shift: number, rounds = 6) => {
    const values = Array.from({ length: rounds }, (_, i) => (i % 2 === 0 ? 0.2 : -0.2));
    return judge([
      sample(
        values,
        values.map((value, i) => value + shift + i / 1_000),
      ),
    ])[0] as MetricComparison;
  };
  const [small, large] = [noisy(0.08), noisy(0.2)];
  assert.deepEqual([small.reason, large.reason], ['noise', 'noise']);
  assert.ok((small.roundsNeeded ?? 0) > (large.roundsNeeded ?? 0) && (large.roundsNeeded ?? 0) > 6);
  assert.ok((small.roundsForMinEffect ?? 0) > (small.roundsNeeded ?? 0));
  const wild = logs([1, 9, 2, 8, 3, 7]);
  assert.equal(judge([sample(wild, wild)])[0]?.roundsNeeded, null, 'beyond 1,000');
});

test('[COMPARE-23] so many rounds as are asked for tell about 9 times in 10', () => {
  const random = createRandom(31);
  const values = normalValues(random, 400, 0, 0.08);
  const [found] = judge([sample(values, values)]);
  const rounds = found?.roundsForMinEffect ?? 0;
  const effect = Math.log1p(0.05);
  let told = 0;
  for (let i = 0; i < 200; i++) {
    const [before, after] = [normalValues(random, rounds, 0, 0.08), normalValues(random, rounds, effect, 0.08)];
    if (judge([sample(before, after)], i)[0]?.verdict === 'worse') told += 1;
  }
  assert.ok(told >= 170 && told <= 196, `${told} of 200 with ${rounds} rounds`);
});

test('[COMPARE-24] a bound after can only show worse, a bound before only better, both nothing', () => {
  const verdictOf = (before: readonly number[], after: readonly number[], bounds: [boolean, boolean]): unknown => {
    const both = { before: readings(before, bounds[0]), after: readings(after, bounds[1]) };
    const [found] = judge([sample(before, after, both)]);
    return found?.verdict === 'cannot-tell' ? found.reason : found?.verdict;
  };
  assert.equal(verdictOf(TEN, ELEVEN, [false, true]), 'worse');
  assert.equal(verdictOf(ELEVEN, TEN, [false, true]), 'censored');
  assert.equal(verdictOf(ELEVEN, TEN, [true, false]), 'better');
  assert.equal(verdictOf(TEN, ELEVEN, [true, false]), 'censored');
  assert.equal(verdictOf(TEN, ELEVEN, [true, true]), 'censored');
  assert.equal(verdictOf(TEN, BARELY, [false, true]), 'censored');
});

test('[COMPARE-25] [COMPARE-23] what is forbidden or has too few samples is not told, with its reason', () => {
  const [found] = judge([sample(TEN, ELEVEN, { forbidden: 'errors-differ' })]);
  assert.deepEqual([found?.verdict, found?.reason], ['cannot-tell', 'errors-differ']);
  const [empty] = judge([sample([], ELEVEN)]);
  assert.deepEqual(
    [empty?.verdict, empty?.reason, empty?.before, empty?.change, empty?.interval],
    ['cannot-tell', 'few-samples', null, null, null],
  );
});
