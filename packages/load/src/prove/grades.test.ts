import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { propertySeed } from 'millrace/testing';
import { gradeShares } from './grades.ts';
import { timesUs } from './proof-doubles.test.ts';

test('[PROVE-27] the grades end below 100 ms, below 300 ms and at 1 s', () => {
  const times = timesUs([1_000, 99_000, 101_000, 299_000, 301_000, 1_000_000, 1_002_000, 9_000_000]);
  const shares = gradeShares({ times, answered: 8, requests: 8, censoredFromUs: 0 });
  assert.deepEqual(shares, { excellent: 0.25, good: 0.25, acceptable: 0.25, needsWork: 0.25, failed: 0 });
});

test('[PROVE-27] fast failures are no excellent answers, and slow ones leave the last grade', () => {
  const times = timesUs([...new Array(5).fill(1_000), ...new Array(3).fill(200_000), ...new Array(2).fill(10_000_000)]);
  const near = (found: object | null, expected: Record<string, number>): void => {
    for (const [grade, share] of Object.entries(found ?? {}))
      assert.ok(Math.abs(share - (expected[grade] ?? -1)) < 1e-9, `${grade}: ${share}`);
  };
  const slow = gradeShares({ times, answered: 8, requests: 10, censoredFromUs: 5_000_000 });
  near(slow, { excellent: 0.5, good: 0.3, acceptable: 0, needsWork: 0, failed: 0.2 });
  const withRefusals = gradeShares({ times, answered: 8, requests: 20, censoredFromUs: 5_000_000 });
  near(withRefusals, { excellent: 0.25, good: 0.15, acceptable: 0, needsWork: 0, failed: 0.6 });
});

test('[PROVE-27] where those that were given up may lie in several grades, the best of these loses them', () => {
  const times = timesUs([...new Array(4).fill(1_000), ...new Array(4).fill(200_000), ...new Array(2).fill(400_000)]);
  const shares = gradeShares({ times, answered: 7, requests: 10, censoredFromUs: 150_000 });
  assert.deepEqual([shares?.excellent, shares?.failed], [0.4, 0.3]);
  assert.ok(Math.abs((shares?.good ?? 0) - 0.1) < 1e-9 && Math.abs((shares?.acceptable ?? 0) - 0.2) < 1e-9);
});

test('[PROVE-27] without requests there are no grades', () => {
  assert.equal(gradeShares({ times: timesUs([]), answered: 0, requests: 0, censoredFromUs: 0 }), null);
});

test('[PROVE-27] grades and failures add up to one', () => {
  const requests = fc.record({
    times: fc.array(fc.integer({ min: 1, max: 5_000_000 }), { maxLength: 200 }),
    unanswered: fc.nat(200),
    refused: fc.integer({ min: 1, max: 100 }),
    censoredFromUs: fc.nat(5_000_000),
  });
  fc.assert(
    fc.property(requests, ({ times, unanswered, refused, censoredFromUs }) => {
      const shares = gradeShares({
        times: timesUs(times),
        answered: Math.max(0, times.length - unanswered),
        requests: times.length + refused,
        censoredFromUs,
      });
      assert.ok(shares !== null);
      const values = Object.values(shares);
      assert.ok(values.every((share) => share >= 0));
      assert.ok(Math.abs(values.reduce((sum, share) => sum + share, 0) - 1) < 1e-9, JSON.stringify(shares));
    }),
    propertySeed(),
  );
});
