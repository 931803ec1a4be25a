import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createNumberFormat } from './number-format.ts';
import { figure } from './result-doubles.test.ts';
import { EN } from './texts.ts';

test('[REPORT-1] an end of a spread that timeouts reach is marked as a bound, in either notation', () => {
  const spread = { min: 5, max: 8, maxBound: 'at-least' } as const;
  for (const notation of ['range', 'percent'] as const) {
    const format = createNumberFormat(EN, { spread: notation });
    assert.equal(format.figure(figure(6, { spread })), '6.00 (5.00–≥ 8.00)');
    const ratio = { value: 6, bound: 'at-most', spread: { min: 5, max: 8, minBound: 'at-most' } } as const;
    assert.equal(format.ratio(ratio), '≤ ×6.00 (≤ 5.00–8.00)');
  }
});

test('[REPORT-1] in percent, a figure that is a lower bound says how far below it a round lies', () => {
  const format = createNumberFormat(EN, { spread: 'percent' });
  const spread = { min: 5, max: 8, maxBound: 'at-least' } as const;
  assert.equal(format.figure(figure(6, { spread, bound: 'at-least' })), '≥ 6.00 −17 %');
  const all = { ...spread, minBound: 'at-least' } as const;
  assert.equal(format.figure(figure(6, { spread: all, bound: 'at-least' })), '≥ 6.00 (≥ 5.00–≥ 8.00)');
});

test('[REPORT-1] rounds that agree lie ±0 % apart, never ±-0 %, and neither do rounds that differ by a rounding error', () => {
  const format = createNumberFormat(EN, { spread: 'percent' });
  for (const value of [0, 1, -1]) {
    const spread = { min: value, max: value };
    assert.match(format.figure(figure(value, { spread })), / ±0 %$/);
  }
  assert.equal(format.figure(figure(1, { spread: { min: 1 - 1e-14, max: 1 } })), '1.00 ±0 %');
  assert.equal(format.figure(figure(0, { spread: { min: 0, max: 2 } })), '0 (0–2.00)');
});
