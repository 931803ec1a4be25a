import { createRandom, Histogram, type Random } from 'millrace/core';
import { type Measurement, overRounds } from '../measurement.ts';

const RECORDS = 4_000_000;
const VALUES = 4_096;
const MEDIAN_US = 2_000;

/** Nanoseconds of one record of log-normal times (median 2 ms, σ 1: a thousandfold range); the loop's own cost is taken off. */
export function measureHistogramRecord(rounds: number): Measurement {
  const random = createRandom(1);
  const values = Float64Array.from({ length: VALUES }, () => MEDIAN_US * Math.exp(normal(random)));
  const histogram = new Histogram();
  const nanoseconds: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    const empty = timeSum(values);
    const full = timeRecords(values, histogram);
    if (round > 0) nanoseconds.push(((full - empty) * 1e6) / RECORDS);
  }
  if (histogram.count !== RECORDS * (rounds + 1)) throw new Error('records were lost');
  return overRounds('load.histogram.record', nanoseconds);
}

/** A standard normal number (Box and Muller, 1958). */
function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
}

/** Two loops of their own, for one that is handed its body is no longer inlined. */
function timeRecords(values: Float64Array, histogram: Histogram): number {
  const began = cpuMs();
  for (let i = 0; i < RECORDS; i++) histogram.record(values[i & (VALUES - 1)] as number);
  return cpuMs() - began;
}

function timeSum(values: Float64Array): number {
  let sum = 0;
  const began = cpuMs();
  for (let i = 0; i < RECORDS; i++) sum += values[i & (VALUES - 1)] as number;
  const elapsed = cpuMs() - began;
  if (Number.isNaN(sum)) throw new Error('the sum is used, so that the loop stays');
  return elapsed;
}

/** Processor time of this thread: what else the machine does is not charged. */
function cpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}
