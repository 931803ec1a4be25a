import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { propertySeed } from 'millrace/testing';
import { type Reading, timeFigures } from './figure.ts';
import { timesUs } from './proof-doubles.test.ts';
import type { Figure, Ratio } from './proof-result.ts';
import { ratioOf, timeRatios } from './ratio.ts';

const figure = (value: number | null, extra: Partial<Figure> = {}): Figure => {
  return { value, bound: 'exact', spread: null, samples: 1, needed: 1, label: 'measured', ...extra };
};
const reading = (value: number, extra: Partial<Reading> = {}): Reading => {
  return { value, bound: 'exact', enough: true, ...extra };
};
const atLeast = (value: number): Reading => reading(value, { bound: 'at-least' });
const block = (before: number | Reading, after: number | Reading) => ({
  before: typeof before === 'number' ? reading(before) : before,
  after: typeof after === 'number' ? reading(after) : after,
});
const NONE: Ratio = { value: null, bound: 'exact', spread: null };

test('[PROVE-24] a ratio says which side is censored, and with both there is none', () => {
  const censored = (value: number): Figure => figure(value, { bound: 'at-least' });
  assert.equal(ratioOf(censored(100), figure(2), []).bound, 'at-least');
  assert.equal(ratioOf(figure(100), censored(2), []).bound, 'at-most');
  assert.deepEqual(ratioOf(censored(100), censored(2), []), NONE);
});

test('[PROVE-25] a ratio is the geometric mean over the blocks, its spread their smallest and largest', () => {
  const { value, bound, spread } = ratioOf(figure(1), figure(1), [block(80, 1), block(40, 2)]);
  assert.deepEqual([Math.round((value ?? 0) * 1e9) / 1e9, bound, spread], [40, 'exact', { min: 20, max: 80 }]);
});

test('[PROVE-25] asked the other way round, the ratio and its spread are the inverse', () => {
  const positive = fc.double({ min: 1e-3, max: 1e6, noNaN: true });
  const pairs = fc.array(fc.tuple(positive, positive), { minLength: 2, maxLength: 5 });
  const isNear = (left = 0, right = 0): void => assert.ok(Math.abs(left * right - 1) < 1e-9, `${left} ${right}`);
  fc.assert(
    fc.property(pairs, (values) => {
      const there = ratioOf(
        figure(1),
        figure(1),
        values.map(([left, right]) => block(left, right)),
      );
      const back = ratioOf(
        figure(1),
        figure(1),
        values.map(([left, right]) => block(right, left)),
      );
      isNear(there.value ?? 0, back.value ?? 0);
      isNear(there.spread?.min, back.spread?.max);
      const { min = 0, max = 0 } = there.spread ?? {};
      assert.ok((there.value ?? 0) >= min * (1 - 1e-9) && (there.value ?? 0) <= max * (1 + 1e-9));
    }),
    propertySeed(),
  );
});

test('[PROVE-40] where a block alone has too few samples, the pooled ratio stands without a spread', () => {
  const few = { ...block(90, 1), after: reading(1, { enough: false }) };
  const pooled = { value: 50, bound: 'exact', spread: null };
  assert.deepEqual(ratioOf(figure(100), figure(2), [block(80, 2), few]), pooled);
  assert.deepEqual(ratioOf(figure(100), figure(2), [block(80, 0), block(80, 2)]), pooled);
  assert.deepEqual(ratioOf(figure(100), figure(2), [block(0, 2), block(80, 2)]), pooled);
  assert.deepEqual(ratioOf(figure(100), figure(2), []), pooled);
  assert.equal(ratioOf(figure(100), figure(2), [block(80, 2)]).spread, null, 'one block has no spread');
});

test('[PROVE-40] by the samples of each round: enough together is not enough for a spread', () => {
  const times = (count: number, ms: number) => {
    return { histogram: timesUs(new Array(count).fill(ms * 1000)), censored: 0, censoredFromUs: 0 };
  };
  const ratiosOf = (count: number) => {
    const blocks = [
      { before: times(count, 8), after: times(count, 2) },
      { before: times(count, 4), after: times(count, 2) },
    ];
    const [before, after] = [blocks.map((one) => one.before), blocks.map((one) => one.after)];
    return timeRatios(timeFigures(before), timeFigures(after), blocks).p95Ms;
  };
  assert.deepEqual([ratiosOf(199).value, ratiosOf(199).spread], [4, null]);
  assert.deepEqual(ratiosOf(200).spread, { min: 2, max: 4 });
});

test('[PROVE-41] a censored block makes the ratio a bound, and the end of the spread that it may pass', () => {
  const ratio = (...blocks: Parameters<typeof ratioOf>[2]): Ratio => ratioOf(figure(1), figure(1), blocks);
  const above = ratio(block(atLeast(80), 1), block(40, 1));
  assert.deepEqual([above.bound, above.spread], ['at-least', { min: 40, max: 80, maxBound: 'at-least' }]);
  const low = ratio(block(atLeast(20), 1), block(40, 1));
  assert.deepEqual(low.spread, { min: 20, max: 40, minBound: 'at-least', maxBound: 'at-least' });
  const below = ratio(block(80, atLeast(1)), block(40, 1));
  assert.deepEqual(
    [below.bound, below.spread],
    ['at-most', { min: 40, max: 80, minBound: 'at-most', maxBound: 'at-most' }],
  );
  assert.deepEqual(ratio(block(80, atLeast(1)), block(atLeast(40), 1)), NONE);
  assert.deepEqual(ratio(block(atLeast(80), atLeast(1)), block(40, 1)), { value: 1, bound: 'exact', spread: null });
});

test('[PROVE-25] a ratio past the largest number is none', () => {
  assert.equal(ratioOf(figure(1e300), figure(5e-324), []).value, null);
});

test('[PROVE-25] a ratio of whatever is never NaN or infinite', () => {
  const value = fc.oneof(fc.constant(null), fc.constant(0), fc.double({ min: 0, max: 1e9, noNaN: true }));
  const blocks = fc.array(fc.record({ before: fc.double({ min: 0 }), after: fc.double({ min: 0 }) }));
  fc.assert(
    fc.property(value, value, blocks, (before, after, pairs) => {
      const ratio = ratioOf(
        figure(before),
        figure(after),
        pairs.map((pair) => block(pair.before, pair.after)),
      );
      const shown = [ratio.value ?? 0, ratio.spread?.min ?? 0, ratio.spread?.max ?? 0];
      assert.ok(shown.every(Number.isFinite), String(shown));
    }),
    propertySeed(),
  );
});
