import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { propertySeed } from 'millrace/testing';
import { boundOf, countOf, ownOf } from './share.ts';

test('[LOAD-16] shares are all there is, and a pick falls to a user of the share', () => {
  const cases = fc.tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 12, max: 500 }), fc.nat(499));
  const property = fc.property(cases, ([of, all, seed]) => {
    const shares = Array.from({ length: of }, (_, index) => ({ index, of }));
    assert.equal(
      shares.reduce((sum, share) => sum + countOf(all, share), 0),
      all,
    );
    const picked = seed % all;
    for (const share of shares) {
      const own = ownOf(picked, all, share);
      assert.ok(own >= 0 && own < all && own % of === share.index && Math.abs(own - picked) < 2 * of);
      if (picked % of === share.index) assert.equal(own, picked);
    }
  });
  fc.assert(property, { ...propertySeed() });
});

test('[LOAD-16] a bound of the queue leaves no share without a place, unless there is none at all', () => {
  for (const index of [0, 1, 2]) {
    assert.deepEqual(
      [0, 1, 3, 4].map((all) => boundOf(all, { index, of: 3 })),
      [0, 1, 1, 2],
    );
  }
});
