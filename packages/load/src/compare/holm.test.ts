import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { propertySeed } from 'millrace/testing';
import { holmAdjust } from './holm.ts';

test('[COMPARE-12] an example by hand: times 4, 3, 2, 1, never falling, never above 1', () => {
  const rounded = holmAdjust([0.04, 0.01, 0.03, 0.005]).map((p) => Math.round(p * 1e6) / 1e6);
  assert.deepEqual(rounded, [0.06, 0.03, 0.06, 0.02]);
  assert.deepEqual(holmAdjust([0.7, 0.6]), [1, 1]);
  assert.deepEqual(holmAdjust([]), []);
});

test('[COMPARE-12] corrected values keep the order, lie above the raw ones and below those of Bonferroni', () => {
  const ps = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 20 });
  const property = fc.property(ps, (raw) => {
    const adjusted = holmAdjust(raw);
    for (const [i, p] of raw.entries()) {
      const own = adjusted[i] as number;
      assert.ok(own >= p && own <= Math.min(1, p * raw.length));
      for (const [j, other] of raw.entries()) if (p < other) assert.ok(own <= (adjusted[j] as number));
    }
  });
  fc.assert(property, propertySeed());
});
