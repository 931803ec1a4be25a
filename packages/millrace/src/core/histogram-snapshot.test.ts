import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { propertySeed } from '../testing/index.ts';
import { Histogram } from './histogram.ts';
import { type HistogramSnapshot, subtractSnapshots } from './histogram-snapshot.ts';

const durations = fc.double({ min: 0, max: 22, noNaN: true }).map((exponent) => Math.round(Math.exp(exponent)));
const records = fc.array(durations, { maxLength: 200 });

function filled(values: readonly number[]): Histogram {
  const histogram = new Histogram();
  for (const value of values) histogram.record(value);
  return histogram;
}

test('[CORE-15] a snapshot survives JSON and gives the same histogram back', () => {
  const property = fc.property(records, (values) => {
    const snapshot = filled(values).snapshot();
    const read = JSON.parse(JSON.stringify(snapshot)) as HistogramSnapshot;
    assert.deepEqual(Histogram.from(read).snapshot(), snapshot);
    assert.equal(Histogram.from(read).count, values.length);
  });
  fc.assert(property, { ...propertySeed() });
});

test('[CORE-15] a malformed snapshot is refused and adds nothing', () => {
  const good = filled([10, 20, 20]).snapshot();
  const bad: Record<string, unknown> = {
    layout: { ...good, layout: 2 },
    'buckets missing': { ...good, buckets: undefined },
    'half a pair': { ...good, buckets: [10, 1, 20] },
    'not ascending': { ...good, buckets: [20, 2, 10, 1] },
    'twice the same': { ...good, count: 3, buckets: [10, 1, 10, 2] },
    'bucket too high': { ...good, buckets: [10, 1, 99_999, 2] },
    'bucket negative': { ...good, buckets: [-1, 1, 10, 2] },
    'bucket no number': { ...good, buckets: ['10', 1, 20, 2] },
    'count of 0': { ...good, buckets: [10, 3, 20, 0] },
    'count a fraction': { ...good, buckets: [10, 1.5, 20, 1.5] },
    'other total': { ...good, count: 4 },
    'sum no number': { ...good, sum: '50' },
    'min outside its bucket': { ...good, min: 9 },
    'max outside its bucket': { ...good, max: 21 },
    'min in no empty one': { layout: 1, count: 0, sum: 0, min: 1, max: 1, buckets: [] },
    'min negative': { ...good, min: -1 },
    'max not finite': { ...good, max: Number.POSITIVE_INFINITY },
  };
  for (const [what, snapshot] of Object.entries(bad)) {
    const histogram = filled([1]);
    const refused = { code: 'MILLRACE_CORE_SNAPSHOT_INVALID' };
    assert.throws(() => histogram.add(snapshot as HistogramSnapshot), refused, what);
    assert.throws(() => subtractSnapshots(good, snapshot as HistogramSnapshot), refused, what);
    assert.deepEqual(histogram.snapshot(), filled([1]).snapshot(), what);
  }
});

test('[CORE-16] subtracting an earlier snapshot leaves what was recorded since', () => {
  const property = fc.property(records, records, (before, since) => {
    const histogram = filled(before);
    const earlier = histogram.snapshot();
    for (const value of since) histogram.record(value);
    const left = subtractSnapshots(histogram.snapshot(), earlier);
    const exact = filled(since).snapshot();
    assert.deepEqual(left.buckets, exact.buckets);
    assert.equal(left.count, exact.count);
    assert.equal(left.sum, exact.sum);
    assert.ok(left.min <= exact.min && left.min >= exact.min * 0.999, `min ${left.min}, exactly ${exact.min}`);
    assert.ok(left.max >= exact.max && left.max <= exact.max * 1.001, `max ${left.max}, exactly ${exact.max}`);
    if (before.length === 0) assert.deepEqual(left, exact);
  });
  fc.assert(property, { ...propertySeed() });
});

test('[CORE-16] snapshots that are not of one growing histogram are refused', () => {
  const earlier = filled([10, 10, 30]).snapshot();
  for (const later of [filled([10, 30, 40]), filled([]), filled([10, 10, 20, 20])]) {
    assert.throws(() => subtractSnapshots(later.snapshot(), earlier), { code: 'MILLRACE_CORE_SNAPSHOT_INVALID' });
  }
  const half = 3_000_000_000;
  const whole = filled([half, half, half]).snapshot();
  const torn = { ...whole, sum: whole.sum - 2 ** 32 };
  assert.equal(subtractSnapshots(torn, filled([half, half]).snapshot()).sum, half);
  const [sharesBuckets, isLess] = [filled([2049, 2049, 2049]), filled([2048, 2048, 2048, 1])];
  assert.throws(() => subtractSnapshots(isLess.snapshot(), sharesBuckets.snapshot()), /6145, is below .* 6147/);
});
