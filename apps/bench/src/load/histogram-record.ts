import { createRandom, Histogram } from 'millrace/core';
import { type Measurement, overRounds } from '../measurement.ts';

const RECORDS = 4_000_000;
const VALUES = 4_096;

/** Nanoseconds of one record, over values spread as response times are; the loop's own cost is taken off. */
export function measureHistogramRecord(rounds: number): Measurement {
  const random = createRandom(1);
  const values = Float64Array.from({ length: VALUES }, () => Math.exp(random.next() * 14));
  const histogram = new Histogram();
  const nanoseconds: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    const empty = timeLoop(values, sink);
    const full = timeLoop(values, (value) => histogram.record(value));
    if (round > 0) nanoseconds.push(((full - empty) * 1e6) / RECORDS);
  }
  if (histogram.count !== RECORDS * (rounds + 1)) throw new Error('records were lost');
  return overRounds('load.histogram.record', nanoseconds);
}

let kept = 0;
function sink(value: number): void {
  kept += value;
}

function timeLoop(values: Float64Array, each: (value: number) => void): number {
  const began = performance.now();
  for (let i = 0; i < RECORDS; i++) each(values[i & (VALUES - 1)] as number);
  const elapsed = performance.now() - began;
  if (kept < 0) throw new Error('unreachable: keeps the loop from being optimised away');
  return elapsed;
}
