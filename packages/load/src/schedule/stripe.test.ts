import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { propertySeed } from 'millrace/testing';
import { toSchedule } from './schedule.ts';
import { stripeOf } from './stripe.ts';

test('[LOAD-15] stripes share a schedule out: each arrival in one of them, at its own time, Poisson or even', () => {
  const property = fc.property(
    fc.integer({ min: 1, max: 300 }),
    fc.integer({ min: 1, max: 9 }),
    fc.boolean(),
    (ratePerSecond, of, poisson) => {
      const arrivals = { kind: 'constant', ratePerSecond, durationMs: 1_000, poisson } as const;
      const whole = toSchedule(arrivals, 7);
      const stripes = Array.from({ length: of }, (_, index) => stripeOf(toSchedule(arrivals, 7), index, of));
      assert.equal(
        stripes.reduce((sum, { planned }) => sum + planned, 0),
        whole.planned,
      );
      for (let arrival = 0; arrival < whole.planned; arrival++) {
        const stripe = stripes[arrival % of];
        assert.ok(Math.floor(arrival / of) < (stripe?.planned ?? 0));
        assert.equal(stripe?.offsetMs(Math.floor(arrival / of)), whole.offsetMs(arrival));
      }
    },
  );
  fc.assert(property, { numRuns: 60, ...propertySeed() });
});
