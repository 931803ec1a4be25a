import { createRandom, Histogram } from 'millrace/core';
import type { Measurement } from '../measurement.ts';

const SAMPLES = 1_000_000;
const WORKERS = 8;
const PERCENTILES = [0.1, 1, 10, 25, 50, 75, 90, 95, 99, 99.9, 99.99, 100] as const;
const MEDIAN_US = 2_000;

/**
 * The largest error of any percentile of log-normal times (median 2 ms, σ 1, whole microseconds) against their exact
 * sort, in percent. They are recorded by eight and merged, which must be to the bit what one would have recorded.
 */
export function measurePercentileError(): Measurement {
  const random = createRandom(1);
  const values = Float64Array.from({ length: SAMPLES }, () => Math.max(1, Math.round(MEDIAN_US * Math.exp(normal()))));
  function normal(): number {
    return Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
  }
  const one = new Histogram();
  const parts = Array.from({ length: WORKERS }, () => new Histogram());
  for (const [i, value] of values.entries()) {
    one.record(value);
    parts[i % WORKERS]?.record(value);
  }
  const merged = new Histogram();
  for (const part of parts) merged.add(part.snapshot());
  if (JSON.stringify(merged.snapshot()) !== JSON.stringify(one.snapshot())) throw new Error('eight are not as one');
  const sorted = values.toSorted();
  const errors = PERCENTILES.map((percent) => {
    const exact = sorted[Math.ceil((percent / 100) * SAMPLES) - 1] as number;
    return Math.abs(merged.percentile(percent) / exact - 1) * 100;
  });
  return { goal: 'load.percentile.error', value: Math.max(...errors), spread: null };
}
