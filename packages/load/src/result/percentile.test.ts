import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Histogram, type HistogramSnapshot } from 'millrace/core';
import { propertySeed } from 'millrace/testing';
import { percentileOf, samplesNeeded } from './percentile.ts';

function snapshotOf(values: readonly number[]): HistogramSnapshot {
  const histogram = new Histogram();
  for (const value of values) histogram.record(value);
  return histogram.snapshot();
}

function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i + 1);
}

test('[LOAD-91] a percentile needs ten samples beyond it', () => {
  assert.deepEqual([50, 90, 95, 99, 99.9, 99.99].map(samplesNeeded), [20, 100, 200, 1_000, 10_000, 100_000]);
  assert.deepEqual(percentileOf({ histogram: snapshotOf(upTo(999)) }, 99), {
    kind: 'too-few',
    samples: 999,
    needed: 1_000,
  });
  assert.deepEqual(percentileOf({ histogram: snapshotOf(upTo(1_000)) }, 99), { kind: 'value', us: 990 });
  assert.deepEqual(percentileOf({ histogram: snapshotOf([]) }, 50), { kind: 'too-few', samples: 0, needed: 20 });
});

test('[LOAD-92] a percentile that censored samples reach is a lower bound', () => {
  const histogram = snapshotOf(upTo(1_000));
  const censored = (us: number) => percentileOf({ histogram, censored: 5, censoredFromUs: us }, 99).kind;
  assert.deepEqual([censored(989), censored(990), censored(991)], ['at-least', 'at-least', 'value']);
  assert.equal(percentileOf({ histogram, censored: 0, censoredFromUs: 1 }, 99).kind, 'value');
  assert.equal(percentileOf({ histogram, censored: 5 }, 99).kind, 'at-least');
});

test('[LOAD-92] whatever the censored samples truly were, values hold and bounds are not exceeded', () => {
  const sample = fc.record({
    us: fc.integer({ min: 1, max: 2_000 }),
    more: fc.option(fc.integer({ min: 0, max: 5_000 }), { nil: undefined, freq: 4 }),
  });
  const property = fc.property(fc.array(sample, { minLength: 20, maxLength: 60 }), (samples) => {
    const recorded = snapshotOf(samples.map(({ us }) => us));
    const truth = samples.map(({ us, more = 0 }) => us + more).sort((a, b) => a - b);
    const bounds = samples.filter(({ more }) => more !== undefined).map(({ us }) => us);
    const censoredFromUs = bounds.length === 0 ? 0 : Math.min(...bounds);
    const found = percentileOf({ histogram: recorded, censored: bounds.length, censoredFromUs }, 50);
    const exact = truth[Math.ceil(truth.length / 2) - 1] as number;
    assert.ok(found.kind === 'value' ? found.us === exact : found.kind === 'at-least' && found.us <= exact);
  });
  fc.assert(property, { numRuns: 500, ...propertySeed() });
});
