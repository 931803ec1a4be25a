import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { propertySeed } from 'millrace/testing';
import { linearScale, logScale } from './scale.ts';

const ACROSS = { start: 50, end: 450 };
const odd = fc.double();

test('[REPORT-25] a linear scale starts at 0 and ends at a round number that holds the largest value', () => {
  const scale = linearScale(47, ACROSS);
  assert.deepEqual(scale.ticks, [0, 10, 20, 30, 40, 50]);
  assert.equal(scale.at(0), 50);
  assert.equal(scale.at(25), 250);
  assert.equal(scale.at(50), 450);
  assert.deepEqual(linearScale(0.3, ACROSS).ticks, [0, 0.1, 0.2, 0.3]);
});

test('[REPORT-25] a logarithmic scale has powers of ten, and 2 and 5 between few of them', () => {
  const { from, to, ticks } = logScale([0.9, 2100], ACROSS);
  assert.deepEqual({ from, to, ticks }, { from: 0.5, to: 5000, ticks: [1, 10, 100, 1000] });
  assert.deepEqual(logScale([1, 34], ACROSS).ticks, [1, 2, 5, 10, 20, 50]);
  const scale = logScale([1, 100], ACROSS);
  assert.equal(scale.at(10), 250);
  assert.equal(scale.at(0), 50);
});

test('[REPORT-25] a scale that grows downwards places the smallest value lowest', () => {
  const { at } = linearScale(10, { start: 200, end: 10 });
  assert.ok(at(1) > at(9));
});

test('[REPORT-25] whatever the values, ticks rise, there are few, and every place lies within the ends', () => {
  fc.assert(
    fc.property(fc.array(odd, { maxLength: 5 }), odd, (values, asked) => {
      for (const scale of [logScale(values, ACROSS), linearScale(Math.max(...values), ACROSS)]) {
        assert.ok(scale.ticks.length >= 2 && scale.ticks.length <= 12, String(scale.ticks));
        for (const [i, tick] of scale.ticks.entries()) assert.ok(i === 0 || tick > (scale.ticks[i - 1] ?? tick));
        for (const value of [asked, ...values, ...scale.ticks]) {
          const at = scale.at(value);
          assert.ok(at >= 50 && at <= 450, `${value} stands at ${at}`);
        }
      }
    }),
    propertySeed(),
  );
});
