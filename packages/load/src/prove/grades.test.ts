import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { propertySeed } from 'millrace/testing';
import { pool } from './figure.ts';
import { gradeShares } from './grades.ts';
import { timesUs } from './proof-doubles.test.ts';

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
