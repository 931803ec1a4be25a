import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';
import fc from 'fast-check';
import { propertySeed } from '../testing/index.ts';
import { Histogram } from './histogram.ts';
import { BUCKETS, bucketHigh, bucketLow, bucketOf, MAX_VALUE_US, MIN_VALUE_US } from './histogram-layout.ts';
import type { HistogramSnapshot } from './histogram-snapshot.ts';

/** As likely between 1 and 10 µs as between 10 min and 1 h. */
const durations = fc
  .double({ min: 0, max: Math.log(MAX_VALUE_US), noNaN: true })
  .map((exponent) => Math.round(Math.exp(exponent)));
const records = fc.array(durations, { minLength: 1, maxLength: 400 });
/** Percentiles in thousandths, so that the exact rank can be told in whole numbers. */
const thousandths = fc.integer({ min: 0, max: 100_000 });

function filled(values: readonly number[]): Histogram {
  const histogram = new Histogram();
  for (const value of values) histogram.record(value);
  return histogram;
}

function exactPercentile(values: readonly number[], p: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const rank = Number((BigInt(p) * BigInt(sorted.length) + 99_999n) / 100_000n);
  return sorted[Math.max(0, rank - 1)] as number;
}

test('[CORE-9] every bucket is narrower than 0.1 % of its values, and the buckets leave no gap', () => {
  for (let bucket = 0; bucket < BUCKETS; bucket++) {
    const low = bucketLow(bucket);
    const high = bucketHigh(bucket);
    assert.equal(bucketOf(low), bucket);
    assert.equal(bucketOf(high), bucket);
    assert.ok(high - low <= low / 1_000, `bucket ${bucket}: ${low} to ${high}`);
  }
  assert.equal(bucketLow(0), 0);
});

test('[CORE-9] a percentile is that of the sorted records, at most 0.1 % above', () => {
  const property = fc.property(
    records,
    fc.array(thousandths, { minLength: 1, maxLength: 20 }),
    (values, percentiles) => {
      const histogram = filled(values);
      for (const p of [0, 50_000, 99_000, 99_900, 100_000, ...percentiles]) {
        const exact = exactPercentile(values, p);
        const told = histogram.percentile(p / 1_000);
        assert.ok(
          told >= exact && told <= exact * 1.001,
          `p${p / 1_000} of ${values.length}: ${told}, exactly ${exact}`,
        );
      }
    },
  );
  fc.assert(property, { ...propertySeed(), numRuns: 300 });
});

test('[CORE-9] the ranks of round numbers are not rounded up', () => {
  const histogram = filled(Array.from({ length: 1_000 }, (_, i) => i + 1));
  for (const [p, rank] of [
    [0, 1],
    [0.1, 1],
    [29, 290],
    [57, 570],
    [99, 990],
    [99.9, 999],
    [99.91, 1_000],
    [100, 1_000],
  ]) {
    assert.equal(histogram.percentile(p as number), rank, `p${p}`);
  }
});

test('[CORE-9] ranks that come out whole are not pushed up by what the multiplication rounds', () => {
  const histogram = filled(Array.from({ length: 10_000 }, (_, i) => i + 1));
  assert.equal((0.07 * 10_000) / 100 > 7, true);
  assert.deepEqual(
    [histogram.percentile(0.07), histogram.percentile(1.11), histogram.percentile(13.6)],
    [7, 111, 1_360],
  );
});

test('[CORE-9] a percentile outside 0 to 100 is refused', () => {
  for (const p of [-1, 100.1, Number.NaN]) {
    assert.throws(() => new Histogram().percentile(p), { code: 'MILLRACE_CORE_OPTION_INVALID' });
  }
});

test('[CORE-10] merging parts in any order equals recording everything in one place', () => {
  const property = fc.property(fc.array(records, { maxLength: 5 }), fc.func(fc.integer()), (parts, rank) => {
    const merged = new Histogram();
    const order = parts.map((part, i) => ({ part, at: rank(i) })).sort((a, b) => a.at - b.at);
    for (const [i, { part }] of order.entries()) merged.add(i % 2 === 0 ? filled(part) : filled(part).snapshot());
    assert.deepEqual(merged.snapshot(), filled(parts.flat()).snapshot());
  });
  fc.assert(property, { ...propertySeed() });
});

test('[CORE-10] adding nothing changes nothing', () => {
  const histogram = filled([7, 9]);
  histogram.add(new Histogram());
  assert.deepEqual(histogram.snapshot(), filled([7, 9]).snapshot());
});

test('[CORE-11] count, sum, smallest and largest are exact', () => {
  const property = fc.property(records, (values) => {
    const histogram = filled(values);
    const sum = values.reduce((total, value) => total + value, 0);
    assert.equal(histogram.count, values.length);
    assert.equal(histogram.sum, sum);
    assert.equal(histogram.mean, sum / values.length);
    assert.equal(histogram.min, Math.min(...values));
    assert.equal(histogram.max, Math.max(...values));
    assert.equal(histogram.percentile(0), histogram.min);
    assert.equal(histogram.percentile(100), histogram.max);
  });
  fc.assert(property, { ...propertySeed() });
});

test('[CORE-11] an empty histogram says 0, also after reset', () => {
  const reset = filled([5, 500_000]);
  reset.reset();
  for (const empty of [new Histogram(), reset]) {
    const { count, sum, min, max, mean } = empty;
    assert.deepEqual({ count, sum, min, max, mean }, { count: 0, sum: 0, min: 0, max: 0, mean: 0 });
    assert.deepEqual([empty.percentile(50), empty.percentile(100), empty.countAtMost(1e9)], [0, 0, 0]);
    assert.deepEqual(empty.snapshot(), { layout: 1, count: 0, sum: 0, min: 0, max: 0, buckets: [] });
  }
});

test('[CORE-12] fractions are rounded, what lies outside counts as the nearest end', () => {
  const cases: [number, number][] = [
    [1.49, 1],
    [1.5, 2],
    [0.2, MIN_VALUE_US],
    [0, MIN_VALUE_US],
    [-3, MIN_VALUE_US],
    [Number.NEGATIVE_INFINITY, MIN_VALUE_US],
    [MAX_VALUE_US - 0.4, MAX_VALUE_US],
    [MAX_VALUE_US, MAX_VALUE_US],
    [2 ** 40, MAX_VALUE_US],
    [Number.POSITIVE_INFINITY, MAX_VALUE_US],
  ];
  for (const [value, counted] of cases) {
    const { min, max, sum, count } = filled([value]);
    assert.deepEqual({ min, max, sum, count }, { min: counted, max: counted, sum: counted, count: 1 }, `${value}`);
  }
});

test('[CORE-12] NaN is refused and leaves nothing behind', () => {
  const histogram = new Histogram();
  assert.throws(() => histogram.record(Number.NaN), { code: 'MILLRACE_CORE_OPTION_INVALID' });
  assert.equal(histogram.snapshot().count, 0);
});

test('[CORE-13] another thread records, this one reads and merges exactly', async () => {
  const shared = new SharedArrayBuffer(Histogram.storageBytes);
  const program = `
    const { workerData } = require('node:worker_threads');
    import(workerData.module).then(({ Histogram }) => {
      const histogram = new Histogram(new Uint32Array(workerData.shared));
      for (let i = 1; i <= 50_000; i++) histogram.record(i * 13.7);
    });
  `;
  const worker = new Worker(program, {
    eval: true,
    workerData: { shared, module: new URL('./histogram.ts', import.meta.url).href },
  });
  const seen = new Histogram(new Uint32Array(shared));
  const [code] = await once(worker, 'exit');
  assert.equal(code, 0);
  const expected = filled(Array.from({ length: 50_000 }, (_, i) => (i + 1) * 13.7));
  assert.deepEqual(seen.snapshot(), expected.snapshot());
  expected.add(seen);
  assert.equal(expected.count, 100_000);
  assert.equal(expected.sum, 2 * seen.sum);
});

test('[CORE-13] a snapshot taken while a record is half made is one that can be merged', () => {
  const storage = new Uint32Array(Histogram.length);
  const histogram = new Histogram(storage);
  histogram.record(100);
  histogram.record(200);
  const before = storage.slice();
  histogram.record(150);
  // The bucket's word is written first, the totals after it: take those back.
  const changed = storage.findLastIndex((word, i) => word !== before[i]);
  before[changed] = storage[changed] as number;
  const half = new Histogram(before).snapshot();
  assert.equal(half.count, 3);
  assert.equal(Histogram.from(half).count, 3);
});

test('[CORE-13] a storage of another size is refused', () => {
  assert.throws(() => new Histogram(new Uint32Array(10)), { code: 'MILLRACE_CORE_OPTION_INVALID' });
  assert.equal(Histogram.storageBytes, Histogram.length * 4);
});

function many(count: number, value: number): HistogramSnapshot {
  return { layout: 1, count, sum: count * value, min: value, max: value, buckets: [bucketOf(value), count] };
}

test('[CORE-14] a bucket and the count pass 2^32', () => {
  const histogram = Histogram.from(many(2 ** 32 - 1, 5));
  histogram.record(5);
  histogram.record(9);
  assert.deepEqual(histogram.snapshot().buckets, [5, 2 ** 32, 9, 1]);
  assert.equal(histogram.count, 2 ** 32 + 1);
  assert.equal(histogram.sum, 5 * 2 ** 32 + 9);
  assert.equal(histogram.percentile(99.99), 5);
  assert.equal(histogram.countAtMost(6), 2 ** 32);
});

test('[CORE-14] merging carries, also several times over', () => {
  const histogram = Histogram.from(many(3 * 2 ** 32 + 7, 1));
  histogram.add(many(2 ** 33 + 2 ** 32 - 2, 1));
  assert.deepEqual(histogram.snapshot(), many(6 * 2 ** 32 + 5, 1));
  histogram.add(histogram.snapshot());
  assert.deepEqual(histogram.snapshot(), many(12 * 2 ** 32 + 10, 1));
});

test('[CORE-14] the sum passes 2^32 by recording alone', () => {
  const histogram = new Histogram();
  for (let i = 0; i < 10; i++) histogram.record(MAX_VALUE_US);
  assert.equal(histogram.sum, 10 * MAX_VALUE_US);
});

test('[CORE-17] countAtMost counts everything up to a value, beyond it at most what is within 0.1 %', () => {
  const property = fc.property(records, fc.oneof(durations, fc.double({ noNaN: true })), (values, limit) => {
    const told = filled(values).countAtMost(limit);
    assert.ok(told >= values.filter((value) => value <= limit).length);
    assert.ok(told <= values.filter((value) => value <= limit * 1.001).length);
  });
  fc.assert(property, { ...propertySeed(), numRuns: 300 });
});

test('[CORE-11] one duration counted many times is as if it had been recorded so often, beyond 2^32 as well', () => {
  const many = new Histogram();
  const each = new Histogram();
  for (const [value, times] of [
    [0.2, 3],
    [1_499.6, 700],
    [8e9, 2],
    [77, 0],
  ] as const) {
    many.recordMany(value, times);
    for (let i = 0; i < times; i++) each.record(value);
  }
  assert.deepEqual(many.snapshot(), each.snapshot());
  many.recordMany(5, 2 ** 33);
  many.recordMany(5, 1);
  assert.equal(many.count, 705 + 2 ** 33 + 1);
  assert.equal(many.countAtMost(5), 3 + 2 ** 33 + 1);
  assert.throws(() => many.recordMany(Number.NaN, 1), { code: 'MILLRACE_CORE_OPTION_INVALID' });
  assert.throws(() => many.recordMany(5, 0.5), { code: 'MILLRACE_CORE_SNAPSHOT_INVALID' });
});
