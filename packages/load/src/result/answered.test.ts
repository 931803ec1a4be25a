import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Histogram, type HistogramSnapshot } from 'millrace/core';
import { propertySeed } from 'millrace/testing';
import { answeredWithin } from './answered.ts';

function timesUs(times: readonly number[]): HistogramSnapshot {
  const histogram = new Histogram();
  for (const time of times) histogram.record(time);
  return histogram.snapshot();
}

test('[REPORT-12] refused requests are among those asked, so that the curve ends at the share that was answered', () => {
  const share = answeredWithin({ times: timesUs([10, 20, 30]), answered: 3, requests: 5, censoredFromUs: 0 });
  assert.deepEqual([5, 10, 20, 1e9].map(share), [0, 0.2, 0.4, 0.6]);
});

test('[REPORT-12] what was given up never counts as answered, not at its own time either', () => {
  const times = timesUs([10, 20, 1_000, 1_000, 1_500]);
  const share = answeredWithin({ times, answered: 3, requests: 5, censoredFromUs: 900 });
  assert.deepEqual([10, 899, 1_000, 1_500, 1e9].map(share), [0.2, 0.4, 0.4, 0.6, 0.6]);
});

test('[REPORT-12] wherever the given-up lie, the share is no larger than it was, never falls and ends where it must', () => {
  const time = fc.integer({ min: 1, max: 2_000 });
  const runs = fc.record({
    good: fc.array(time, { maxLength: 50 }),
    waited: fc.array(time, { maxLength: 20 }),
    refused: fc.nat(20),
  });
  fc.assert(
    fc.property(runs, time, ({ good, waited, refused }, at) => {
      const requests = good.length + waited.length + refused;
      const censoredFromUs = Math.min(...waited, 3_000);
      const share = answeredWithin({
        times: timesUs([...good, ...waited]),
        answered: good.length,
        requests,
        censoredFromUs,
      });
      const exact = good.filter((one) => one <= at).length / Math.max(1, requests);
      assert.ok(share(at) <= exact + 1e-9, `${share(at)} of ${exact}`);
      if (at < censoredFromUs) assert.equal(share(at), exact);
      assert.ok(share(at) <= share(at + 1));
      assert.equal(share(1e9), good.length / Math.max(1, requests));
    }),
    propertySeed(),
  );
});
