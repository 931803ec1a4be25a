import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createRandom } from 'millrace/core';
import { propertySeed } from 'millrace/testing';
import type { Ratio } from './proof-result.ts';
import { extentOf } from './ratio.ts';
import { type RatioReading, readRatio } from './ratio-reading.ts';
import { studentInterval } from './student-interval.ts';

const ratioOf = (values: readonly number[], bound: Ratio['bound'] = 'exact'): Ratio => {
  const value = Math.exp(values.reduce((sum, one) => sum + Math.log(one), 0) / values.length);
  return { value, bound, ...extentOf(values.map((one) => ({ value: one, bound }))) };
};
const readingOf = (...values: number[]): RatioReading => readRatio(ratioOf(values));

test('[PROVE-39] the interval is that of the book: mean ± t · s / √n on the logarithms', () => {
  const near = (found: number | undefined, expected: number): void =>
    assert.ok(Math.abs(Math.log(found ?? 0) - expected) < 1e-9, `${Math.log(found ?? 0)} is not ${expected}`);
  const two = studentInterval([1, Math.E ** 2]);
  near(two?.min, 1 - 12.706);
  near(two?.max, 1 + 12.706);
  const three = studentInterval([1, Math.E, Math.E ** 2]);
  near(three?.min, 1 - 4.303 / Math.sqrt(3));
  near(studentInterval([2, 2, 2])?.max, Math.LN2);
  assert.equal(studentInterval([2]), null);
  assert.equal(studentInterval([]), null);
  assert.equal(studentInterval([1e-300, 1e300]), null, 'an interval without ends is none');
  assert.ok(studentInterval(Array.from({ length: 40 }, (_, i) => 1 + i / 100)) !== null);
});

test('[PROVE-39] two blocks on one side of 1 show nothing by that', () => {
  assert.equal(readingOf(1.1, 1.4), 'cannot-tell');
  assert.equal(readingOf(1.1, 1.2, 1.5), 'cannot-tell');
  assert.equal(readingOf(15.2, 17), 'above');
  assert.equal(readingOf(1 / 15.2, 1 / 17), 'below');
  assert.equal(readingOf(2), 'unknown');
});

test('[PROVE-39] an effect below one percent is none, however sure', () => {
  assert.equal(readingOf(1.009, 1.009, 1.009), 'no-difference');
  assert.equal(readingOf(1.011, 1.011, 1.011), 'above');
  assert.equal(readingOf(1 / 1.009, 1 / 1.009, 1 / 1.009), 'no-difference');
  assert.equal(readingOf(1 / 1.011, 1 / 1.011, 1 / 1.011), 'below');
});

test('[PROVE-39] no difference is found only where the whole interval lies within what does not count', () => {
  const within = (min: number, max: number): RatioReading =>
    readRatio({ value: 1.01, bound: 'exact', spread: null, interval: { min, max } });
  assert.equal(within(0.96, 1.04), 'no-difference');
  assert.equal(within(0.96, 1.06), 'cannot-tell');
  assert.equal(within(0.94, 1.04), 'cannot-tell');
  assert.equal(
    readRatio({ value: 1.13, bound: 'exact', spread: null, interval: { min: 0.995, max: 1.25 } }),
    'cannot-tell',
  );
  assert.equal(
    readRatio({ value: 1, bound: 'at-least', spread: null, interval: { min: 0.99, max: 1.01 } }),
    'cannot-tell',
  );
});

test('[PROVE-39] a bound decides only what a bound can', () => {
  assert.equal(readRatio(ratioOf([8, 8.1], 'at-least')), 'above');
  assert.equal(readRatio(ratioOf([8, 8.1], 'at-most')), 'cannot-tell');
  assert.equal(readRatio(ratioOf([0.125, 0.126], 'at-most')), 'below');
  assert.equal(readRatio(ratioOf([0.125, 0.126], 'at-least')), 'cannot-tell');
});

test('[PROVE-39] asked the other way round, the verdict is the opposite', () => {
  const opposite: Partial<Record<RatioReading, RatioReading>> = { above: 'below', below: 'above' };
  const values = fc.array(fc.double({ min: 0.05, max: 20, noNaN: true }), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(values, (there) => {
      const reading = readingOf(...there);
      assert.equal(readingOf(...there.map((one) => 1 / one)), opposite[reading] ?? reading);
    }),
    propertySeed(),
  );
});

test('[PROVE-39] equal arms that vary by 10 % from block to block are told apart in one row of twenty', () => {
  const random = createRandom(7);
  // Irwin and Hall: twelve uniform numbers less six are normal enough.
  const normal = (): number => Array.from({ length: 12 }, () => random.next()).reduce((sum, one) => sum + one, -6);
  for (const blocks of [2, 3, 5]) {
    const rows = Array.from({ length: 2_000 }, () =>
      readingOf(...Array.from({ length: blocks }, () => Math.exp(0.1 * normal()))),
    );
    const told = rows.filter((reading) => reading === 'above' || reading === 'below').length / rows.length;
    assert.ok(told > 0.02 && told < 0.065, `${blocks} blocks: ${told}`);
  }
});
