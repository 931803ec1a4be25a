import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ArmCapacity } from '../prove/index.ts';
import { capacityText } from './capacity-text.ts';
import { createNumberFormat } from './number-format.ts';
import { EN } from './texts.ts';

test('[REPORT-22] an end of the spread of a capacity that may lie elsewhere says so', () => {
  const textOf = (spread: ArmCapacity['perSecond']['spread']): string => {
    const perSecond = { value: 500, spread, bound: 'exact' } as const;
    return capacityText(
      { arm: 'new', perSecond, limitedBy: 'slo', death: null, steps: [] },
      EN,
      createNumberFormat(EN),
    );
  };
  assert.equal(textOf({ min: 500, max: 800 }), '500/s (500–800)');
  assert.equal(textOf({ min: 500, max: 800, maxBound: 'at-least' }), '500/s (500–≥ 800)');
  assert.equal(textOf(null), '500/s');
});
