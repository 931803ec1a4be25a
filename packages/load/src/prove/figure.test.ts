import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { propertySeed } from 'millrace/testing';
import { percentileFigure, quotientFigure, timeFigures } from './figure.ts';
import { timesUs } from './proof-doubles.test.ts';

const exact = (timesMs: readonly number[]) => ({
  histogram: timesUs(timesMs.map((ms) => ms * 1000)),
  censored: 0,
  censoredFromUs: 0,
});
const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i + 1);

test('[PROVE-22] a percentile is read from the rounds together, however the samples are split', () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(fc.integer({ min: 1, max: 60_000_000 })), { minLength: 1, maxLength: 6 }),
      (rounds) => {
        const all = timeFigures([{ histogram: timesUs(rounds.flat()), censored: 0, censoredFromUs: 0 }]);
        const split = timeFigures(
          rounds.map((round) => ({ histogram: timesUs(round), censored: 0, censoredFromUs: 0 })),
        );
        for (const name of ['meanMs', 'p50Ms', 'p95Ms', 'p99Ms', 'maxMs'] as const)
          assert.equal(split[name].value, all[name].value);
      },
    ),
    propertySeed(),
  );
});

test('[PROVE-22] the pooled median is not the mean of medians, and the spread is that of the rounds', () => {
  const { p50Ms } = timeFigures([exact(new Array(90).fill(1)), exact(new Array(20).fill(9))]);
  assert.deepEqual([p50Ms.value, p50Ms.spread, p50Ms.samples], [1, { min: 1, max: 9 }, 110]);
});

test('[PROVE-40] where a round alone has too few samples, there is no spread', () => {
  const { p50Ms, p95Ms, meanMs } = timeFigures([exact(upTo(300)), exact(upTo(199))]);
  assert.deepEqual([p50Ms.label, p95Ms.label, p95Ms.spread], ['measured', 'measured', null]);
  assert.ok(p50Ms.spread !== null && meanMs.spread !== null);
  const histograms = [exact(upTo(1000)).histogram, exact(upTo(999)).histogram];
  assert.equal(percentileFigure(histograms, 99).spread, null);
});

test('[PROVE-41] a censored round makes its end of the spread a bound, and the upper end in any case', () => {
  const quick = exact(new Array(200).fill(1));
  const slow = exact(new Array(200).fill(9_000));
  const stuck = { ...exact(new Array(200).fill(5_000)), censored: 200, censoredFromUs: 5_000_000 };
  const ends = (...rounds: Parameters<typeof timeFigures>[0]) => {
    const { minBound = 'exact', maxBound = 'exact' } = timeFigures(rounds).p95Ms.spread ?? {};
    return [minBound, maxBound];
  };
  assert.deepEqual(ends(quick, slow), ['exact', 'exact']);
  assert.deepEqual(ends(quick, stuck), ['exact', 'at-least']);
  assert.deepEqual(ends(stuck, slow), ['at-least', 'at-least']);
});

test('[PROVE-22] one round has no spread, and a round without samples does not count', () => {
  assert.equal(timeFigures([exact(upTo(30)), exact([])]).p50Ms.spread, null);
});

test('[PROVE-23] P50, P95 and P99 need 20, 200 and 1,000 samples', () => {
  const below = { p50Ms: 19, p95Ms: 199, p99Ms: 999 };
  for (const [name, count] of Object.entries(below) as [keyof typeof below, number][]) {
    const skipped = timeFigures([exact(upTo(count))])[name];
    assert.deepEqual(skipped, {
      value: null,
      bound: 'exact',
      spread: null,
      samples: count,
      needed: count + 1,
      label: 'skipped',
    });
    assert.equal(timeFigures([exact(upTo(count + 1))])[name].label, 'measured');
  }
});

test('[PROVE-23] the samples of all rounds count together', () => {
  const rounds = [exact(upTo(500)), exact(upTo(500))];
  assert.equal(timeFigures(rounds).p99Ms.label, 'measured');
});

test('[PROVE-23] nothing measured is skipped, never NaN', () => {
  for (const figures of [timeFigures([]), timeFigures([exact([])])]) {
    for (const one of Object.values(figures)) assert.deepEqual([one.value, one.label], [null, 'skipped']);
  }
  assert.equal(quotientFigure([{ part: 0, whole: 0 }]).value, null);
  assert.equal(percentileFigure([], 99).value, null);
});

test('[PROVE-24] from the smallest censored sample on, percentiles are lower bounds', () => {
  const times = [...new Array(960).fill(1), ...new Array(40).fill(10_000)];
  const figures = timeFigures([{ ...exact(times), censored: 40, censoredFromUs: 10_000_000 }]);
  assert.deepEqual([figures.p95Ms.bound, figures.p95Ms.value], ['exact', 1]);
  assert.deepEqual([figures.p99Ms.bound, Math.round(figures.p99Ms.value ?? 0)], ['at-least', 10_000]);
  assert.deepEqual([figures.meanMs.bound, figures.maxMs.bound], ['at-least', 'at-least']);
});

test('[PROVE-24] the censored samples of one round mark the pooled figure', () => {
  const clean = exact(new Array(100).fill(1));
  const stuck = { ...exact(new Array(100).fill(5_000)), censored: 100, censoredFromUs: 5_000_000 };
  const { p50Ms, p95Ms } = timeFigures([clean, stuck]);
  assert.deepEqual([p50Ms.bound, p95Ms.bound], ['exact', 'at-least']);
});

test('[PROVE-28] a quotient is that of the sums, its spread that of the rounds', () => {
  const { value, spread, samples } = quotientFigure([
    { part: 10, whole: 10 },
    { part: 90, whole: 30 },
    { part: 0, whole: 0 },
  ]);
  assert.deepEqual([value, spread, samples], [2.5, { min: 1, max: 3 }, 40]);
});
