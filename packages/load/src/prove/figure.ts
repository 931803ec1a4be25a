import { Histogram, type HistogramSnapshot } from 'millrace/core';
import { type Samples, samplesNeeded } from '../result/index.ts';
import type { Figure, Spread, TimeFigures } from './proof-result.ts';

/*
 * How a figure of the table is made from rounds.
 *
 * Percentiles pool: the histograms of an arm's rounds are added, and the percentile is read from the sum. (A mean of
 * percentiles is the percentile of nothing.) The spread is the smallest and the largest of the same figure taken in
 * each round alone, because the round, a fresh process, is what varies: two identical services differ by 20 % in
 * their median from round to round on a shared machine, and no count of samples within a round shows that.
 *
 * A percentile p needs 10 / (1 - p) samples, so that ten of them lie beyond it; with fewer the figure is skipped, and
 * where a round alone has fewer there is no spread. A censored sample is recorded with the time after which the client
 * gave up on it. The percentile of such lower bounds is a lower bound of the true percentile, so the value stands,
 * marked `at-least`, from the smallest censored sample on; the mean is reached by any.
 */

/** A figure as one round alone gives it. */
export interface Reading {
  /** NaN when the round has none. */
  readonly value: number;
  readonly bound: Figure['bound'];
  /** Whether the round has the samples that the figure needs. */
  readonly enough: boolean;
}

/** Adds histograms; exact in any order. */
export function pool(snapshots: readonly HistogramSnapshot[]): Histogram {
  const pooled = new Histogram();
  for (const snapshot of snapshots) pooled.add(snapshot);
  return pooled;
}

/** How each figure of a distribution is read, in milliseconds; `percent` where it is a percentile. */
interface TimeReader {
  readonly percent?: number;
  readonly read: (times: Histogram) => number;
}

const TIME_READERS: Readonly<Record<keyof TimeFigures, TimeReader>> = {
  meanMs: { read: (times) => times.mean / 1000 },
  p50Ms: percentileReader(50),
  p95Ms: percentileReader(95),
  p99Ms: percentileReader(99),
  maxMs: { read: (times) => times.max / 1000 },
};

function percentileReader(percent: number): TimeReader {
  return { percent, read: (times) => times.percentile(percent) / 1000 };
}

/** The figures of one arm, a sample a round, from microseconds to milliseconds. */
export function timeFigures(samples: readonly Samples[]): TimeFigures {
  const counting = samples.filter(({ histogram }) => histogram.count > 0);
  const pooled = pool(samples.map(({ histogram }) => histogram));
  const censored = samples.filter((sample) => (sample.censored ?? 0) > 0);
  const censoredFromUs = Math.min(...censored.map((sample) => sample.censoredFromUs ?? 0));
  return mapTimes((name) => {
    const { value, bound } = readTimes(name, pooled, censored.length, censoredFromUs);
    const rounds = counting.map((sample) => timeReading(name, sample));
    return toFigure({ value, bound, rounds, samples: pooled.count, needed: neededFor(name) });
  });
}

/** One figure of one round alone. */
export function timeReading(
  name: keyof TimeFigures,
  { histogram, censored = 0, censoredFromUs = 0 }: Samples,
): Reading {
  return readTimes(name, pool([histogram]), censored, censoredFromUs);
}

function readTimes(name: keyof TimeFigures, times: Histogram, censored: number, censoredFromUs: number): Reading {
  const { percent, read } = TIME_READERS[name];
  const value = read(times);
  const reached = censored > 0 && (percent === undefined || value >= censoredFromUs / 1000);
  return { value, bound: reached ? 'at-least' : 'exact', enough: times.count >= neededFor(name) };
}

function neededFor(name: keyof TimeFigures): number {
  const { percent } = TIME_READERS[name];
  return percent === undefined ? 1 : samplesNeeded(percent);
}

/** One value for each figure of a distribution. */
export function mapTimes<Value>(map: (name: keyof TimeFigures) => Value): Record<keyof TimeFigures, Value> {
  const names = Object.keys(TIME_READERS) as (keyof TimeFigures)[];
  return Object.fromEntries(names.map((name) => [name, map(name)])) as Record<keyof TimeFigures, Value>;
}

/** A percentile of a pooled histogram of microseconds, in milliseconds. */
export function percentileFigure(histograms: readonly HistogramSnapshot[], percent: number): Figure {
  const counting = histograms.filter(({ count }) => count > 0);
  const pooled = pool(histograms);
  return toFigure({
    value: pooled.percentile(percent) / 1000,
    rounds: counting.map((histogram) => percentileReading(histogram, percent)),
    samples: pooled.count,
    needed: samplesNeeded(percent),
  });
}

/** The same of one round alone. */
export function percentileReading(histogram: HistogramSnapshot, percent: number): Reading {
  const value = pool([histogram]).percentile(percent) / 1000;
  return { value, bound: 'exact', enough: histogram.count >= samplesNeeded(percent) };
}

/** Two sums of a round. */
export interface Quotient {
  readonly part: number;
  readonly whole: number;
}

/** A quotient of sums over the rounds; skipped when nothing was counted below the line. */
export function quotientFigure(rounds: readonly Quotient[], scale = 1): Figure {
  const counted = rounds.filter(({ whole }) => whole > 0);
  const samples = counted.reduce((sum, { whole }) => sum + whole, 0);
  const value = (counted.reduce((sum, { part }) => sum + part, 0) / samples) * scale;
  return toFigure({ value, rounds: counted.map((round) => quotientReading(round, scale)), samples, needed: 1 });
}

/** The same of one round alone. */
export function quotientReading({ part, whole }: Quotient, scale = 1): Reading {
  return { value: (part / whole) * scale, bound: 'exact', enough: whole > 0 };
}

interface RawFigure {
  readonly value: number;
  readonly bound?: Figure['bound'];
  readonly rounds: readonly Reading[];
  readonly samples: number;
  readonly needed: number;
}

function toFigure({ value, bound = 'exact', rounds, samples, needed }: RawFigure): Figure {
  if (samples < needed || !Number.isFinite(value))
    return { value: null, bound: 'exact', spread: null, samples, needed, label: 'skipped' };
  return { value, bound, spread: spreadOf(rounds), samples, needed, label: 'measured' };
}

/** A value that may be a bound. */
interface Bounded {
  readonly value: number;
  readonly bound: 'exact' | 'at-least' | 'at-most';
}

/** Null with fewer than two rounds, or where one of them has too few samples. */
function spreadOf(rounds: readonly Reading[]): Spread | null {
  return rounds.length < 2 || rounds.some(({ enough }) => !enough) ? null : spreadOfBounded(rounds);
}

/**
 * The smallest and the largest. A lower bound anywhere may lie beyond the largest, an upper bound anywhere below the
 * smallest; at its own end of the spread a bound says which way the end may move.
 */
export function spreadOfBounded(values: readonly Bounded[]): Spread {
  const sorted = values.toSorted((left, right) => left.value - right.value);
  const [first, last] = [sorted[0], sorted.at(-1)];
  if (first === undefined || last === undefined) throw new RangeError('spread of no values');
  const anywhere = (bound: Bounded['bound']): boolean => values.some((one) => one.bound === bound);
  const minBound = anywhere('at-most') ? 'at-most' : first.bound;
  const maxBound = anywhere('at-least') ? 'at-least' : last.bound;
  return {
    min: first.value,
    max: last.value,
    ...(minBound === 'exact' ? {} : { minBound }),
    ...(maxBound === 'exact' ? {} : { maxBound }),
  };
}
