import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { propertySeed } from 'millrace/testing';
import { gradeShares, percentileFigure, pool, quotientFigure, ratioOf, timeFigures } from './figure.ts';
import { timesUs } from './proof-doubles.test.ts';
import type { Figure } from './proof-result.ts';

const exact = (timesMs: readonly number[]) => ({
  histogram: timesUs(timesMs.map((ms) => ms * 1000)),
  censored: 0,
  censoredFromUs: 0,
});
const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i + 1);
const figure = (value: number | null, extra: Partial<Figure> = {}): Figure => {
  return { value, bound: 'exact', spread: null, samples: 1, needed: 1, label: 'measured', ...extra };
};

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
  );
});

test('[PROVE-22] the pooled median is not the mean of medians, and the spread is that of the rounds', () => {
  const { p50Ms } = timeFigures([exact(new Array(90).fill(1)), exact(new Array(10).fill(9))]);
  assert.deepEqual([p50Ms.value, p50Ms.spread, p50Ms.samples], [1, { min: 1, max: 9 }, 100]);
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

test('[PROVE-24] a ratio says which side is censored, and with both there is none', () => {
  const censored = (value: number): Figure => figure(value, { bound: 'at-least' });
  assert.equal(ratioOf(censored(100), figure(2), []).bound, 'at-least');
  assert.equal(ratioOf(figure(100), censored(2), []).bound, 'at-most');
  assert.deepEqual(ratioOf(censored(100), censored(2), []), { value: null, bound: 'exact', spread: null });
});

test('[PROVE-25] a ratio is before through after, its spread is over the blocks', () => {
  const blocks = [
    { before: 90, after: 1 },
    { before: 110, after: 2 },
  ];
  assert.deepEqual(ratioOf(figure(100), figure(2), blocks), {
    value: 50,
    bound: 'exact',
    spread: { min: 55, max: 90 },
  });
});

test('[PROVE-25] a ratio past the largest number is none', () => {
  assert.equal(ratioOf(figure(1e300), figure(5e-324), []).value, null);
});

test('[PROVE-25] a ratio of whatever is never NaN or infinite', () => {
  const value = fc.oneof(fc.constant(null), fc.constant(0), fc.double({ min: 0, max: 1e9, noNaN: true }));
  const blocks = fc.array(fc.record({ before: fc.double({ min: 0 }), after: fc.double({ min: 0 }) }));
  fc.assert(
    fc.property(value, value, blocks, (before, after, pairs) => {
      const ratio = ratioOf(figure(before), figure(after), pairs);
      const shown = [ratio.value ?? 0, ratio.spread?.min ?? 0, ratio.spread?.max ?? 0];
      assert.ok(shown.every(Number.isFinite), String(shown));
    }),
    propertySeed(),
  );
});

test('[PROVE-27] the grades end below 100 ms, below 300 ms and at 1 s', () => {
  const times = pool([timesUs([1_000, 99_000, 101_000, 299_000, 301_000, 1_000_000, 1_002_000, 9_000_000])]);
  const shares = gradeShares({ times, failed: 0, refused: 0, failedSlow: 0 });
  assert.deepEqual(shares, { excellent: 0.25, good: 0.25, acceptable: 0.25, needsWork: 0.25, failed: 0 });
});

test('[PROVE-27] fast failures are no excellent answers, and slow ones leave the last grade', () => {
  const times = pool([
    timesUs([...new Array(6).fill(1_000), ...new Array(2).fill(200_000), ...new Array(2).fill(10_000_000)]),
  ]);
  const shares = gradeShares({ times, failed: 3, refused: 0, failedSlow: 2 });
  assert.deepEqual(shares, { excellent: 0.5, good: 0.2, acceptable: 0, needsWork: 0, failed: 0.3 });
  const withRefusals = gradeShares({ times, failed: 13, refused: 10, failedSlow: 2 });
  assert.deepEqual(withRefusals, { excellent: 0.25, good: 0.1, acceptable: 0, needsWork: 0, failed: 0.65 });
});

test('[PROVE-27] without requests there are no grades', () => {
  assert.equal(gradeShares({ times: pool([]), failed: 0, refused: 0, failedSlow: 0 }), null);
});

test('[PROVE-27] grades and failures add up to one', () => {
  const requests = fc.array(fc.integer({ min: 1, max: 5_000_000 }), { minLength: 1, maxLength: 200 }).chain((all) =>
    fc.record({
      all: fc.constant(all),
      failed: fc.integer({ min: 0, max: all.length }),
      slow: fc.nat({ max: all.filter((us) => us > 1_001_000).length }),
      refused: fc.nat({ max: 100 }),
    }),
  );
  fc.assert(
    fc.property(requests, ({ all, failed, slow, refused }) => {
      const times = pool([timesUs(all)]);
      const failedSlow = Math.min(slow, failed);
      const shares = gradeShares({ times, failed: failed + refused, refused, failedSlow });
      assert.ok(shares !== null);
      const values = Object.values(shares);
      assert.ok(values.every((share) => share >= 0));
      assert.ok(Math.abs(values.reduce((sum, share) => sum + share, 0) - 1) < 1e-9, JSON.stringify(shares));
    }),
    propertySeed(),
  );
});

test('[PROVE-28] a quotient is that of the sums, its spread that of the rounds', () => {
  const { value, spread, samples } = quotientFigure([
    { part: 10, whole: 10 },
    { part: 90, whole: 30 },
    { part: 0, whole: 0 },
  ]);
  assert.deepEqual([value, spread, samples], [2.5, { min: 1, max: 3 }, 40]);
});
