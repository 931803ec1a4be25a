import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { propertySeed } from 'millrace/testing';
import { type LadderOptions, ladderOf, searchMs, stepDurationMs } from './ladder.ts';
import { findCapacity } from './search.ts';
import type { StepMeasurement } from './slo.ts';

const SLO = { p99Ms: 200, errorShare: 0.001 };
const RANGE = { slo: SLO, startPerSecond: 25, maxPerSecond: 20_000 };

test('[CAP-1] a step has 1,000 samples and time enough for a queue, within its bounds', () => {
  assert.equal(stepDurationMs(50, { slo: SLO }), 20_000);
  assert.equal(stepDurationMs(3_000, { slo: SLO }), 4_000);
  assert.equal(stepDurationMs(5, { slo: SLO }), 60_000);
  assert.equal(stepDurationMs(3_000, { slo: { p99Ms: 1_000, errorShare: 0 }, stepShare: 0.1 }), 20_203);
});

/** How long the steps of a search last for a service that holds its SLO up to `limit`, and how many there are. */
async function searched(limit: number, range: LadderOptions): Promise<{ readonly steps: number; readonly ms: number }> {
  let ms = 0;
  const found = await findCapacity({
    ...range,
    limitMs: 86_400_000,
    runStep: async ({ ratePerSecond, durationMs }): Promise<StepMeasurement> => {
      ms += durationMs;
      const us = ratePerSecond <= limit ? 20_000 : 900_000;
      return { achievedRatio: 1, p99: { kind: 'value', us }, errorShare: 0, valid: true, settled: true };
    },
  });
  return { steps: found.steps.length, ms };
}

test('[CAP-20] the lowest rate of the shortest step, then quarters of it down to the first', () => {
  const entriesOf = (range: LadderOptions): number[] => {
    const { rungs, entries } = ladderOf(range);
    return entries.map((place) => rungs[place] ?? 0);
  };
  assert.deepEqual(entriesOf(RANGE), [400, 100, 25]);
  assert.deepEqual(entriesOf({ ...RANGE, startPerSecond: 50 }), [400, 100, 50]);
  assert.deepEqual(entriesOf({ ...RANGE, startPerSecond: 300 }), [300]);
  assert.deepEqual(entriesOf({ ...RANGE, maxPerSecond: 60 }), [60, 25]);
  assert.deepEqual(entriesOf({ ...RANGE, maxPerSecond: 25 }), [25]);
});

test('[CAP-20] a fast service is found in a minute', async () => {
  const { steps, ms } = await searched(7_000, RANGE);
  assert.ok(steps <= 16, `${steps} steps`);
  assert.ok(ms <= 60_000, `${ms} ms`);
});

test('[CAP-21] no search lasts longer than is said beforehand, and some last as long', async () => {
  const ranges = fc.record({
    slo: fc.record({ p99Ms: fc.double({ min: 1, max: 1_500, noNaN: true }), errorShare: fc.constant(0.001) }),
    startPerSecond: fc.double({ min: 20, max: 500, noNaN: true }),
    maxPerSecond: fc.double({ min: 500, max: 20_000, noNaN: true }),
    stepShare: fc.double({ min: 0.05, max: 0.5, noNaN: true }),
    maxStepMs: fc.constant(600_000),
  });
  const limits = fc.double({ min: 10, max: 30_000, noNaN: true });
  const property = fc.asyncProperty(ranges, limits, async (range, limit) => {
    const { ms } = await searched(limit, range);
    // Rates are rounded to three digits, which moves the length of a step by as much.
    assert.ok(ms <= searchMs(range) * 1.005, `${ms} of ${searchMs(range)} ms`);
  });
  await fc.assert(property, propertySeed());
  const slowest = await searched(26, RANGE);
  assert.ok(slowest.ms >= 0.9 * searchMs(RANGE), `${slowest.ms} of ${searchMs(RANGE)} ms`);
  assert.equal(searchMs({ ...RANGE, startPerSecond: 400, maxPerSecond: 400 }), 8_000);
});
