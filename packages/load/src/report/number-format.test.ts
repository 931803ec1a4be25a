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
