import { Histogram, type HistogramSnapshot } from 'millrace/core';
import { samplesNeeded } from '../result/index.ts';
import type { Figure, GradeShares, Ratio, Spread, TimeFigures, TimeRatios } from './proof-result.ts';

/*
 * How a figure of the table is made from rounds.
 *
 * Percentiles pool: the histograms of an arm's rounds are added, and the percentile is read from the sum. (A mean of
 * percentiles is the percentile of nothing.) The spread is the smallest and the largest of the same figure taken in
 * each round alone, because the round, a fresh process, is what varies: two identical services differ by 20 % in
 * their median from round to round on a shared machine, and no count of samples within a round shows that.
 *
 * A percentile p needs 10 / (1 - p) samples, so that ten of them lie beyond it; with fewer the figure is skipped.
 * A censored sample is recorded with the time after which the client gave up on it. The percentile of such lower
 * bounds is a lower bound of the true percentile, so the value stands, marked `at-least`, from the smallest censored
 * sample on; the mean is reached by any.
 */

/** One round's share of a figure. */
export interface Sample {
  readonly histogram: HistogramSnapshot;
  /** How many of its records are lower bounds, and the smallest of these. */
  readonly censored: number;
  readonly censoredFromUs: number;
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

/** The figures of the rounds of one arm, from microseconds to milliseconds. */
export function timeFigures(samples: readonly Sample[]): TimeFigures {
  const rounds = samples.map(({ histogram }) => pool([histogram])).filter(({ count }) => count > 0);
  const pooled = pool(samples.map(({ histogram }) => histogram));
  const censored = samples.filter((sample) => sample.censored > 0);
  const censoredFromMs = Math.min(...censored.map((sample) => sample.censoredFromUs)) / 1000;
  return mapTimes(({ percent, read }) => {
    const value = read(pooled);
    const reached = percent === undefined ? censored.length > 0 : value >= censoredFromMs;
    const needed = percent === undefined ? 1 : samplesNeeded(percent);
    return toFigure({
      value,
      bound: reached ? 'at-least' : 'exact',
      rounds: rounds.map(read),
      samples: pooled.count,
      needed,
    });
  });
}

/** Before divided by after, for each figure; `blocks` are the histograms of the rounds that ran side by side. */
export function timeRatios(
  before: TimeFigures,
  after: TimeFigures,
  blocks: readonly { readonly before: HistogramSnapshot; readonly after: HistogramSnapshot }[],
): TimeRatios {
  const pooled = blocks
    .filter(({ before, after }) => before.count > 0 && after.count > 0)
    .map((block) => ({ before: pool([block.before]), after: pool([block.after]) }));
  return mapTimes(({ read }, name) => {
    const values = pooled.map((block) => ({ before: read(block.before), after: read(block.after) }));
    return ratioOf(before[name], after[name], values);
  });
}

function mapTimes<Value>(
  map: (reader: TimeReader, name: keyof TimeFigures) => Value,
): Record<keyof TimeFigures, Value> {
  const entries = Object.entries(TIME_READERS) as [keyof TimeFigures, TimeReader][];
  return Object.fromEntries(entries.map(([name, reader]) => [name, map(reader, name)])) as Record<
    keyof TimeFigures,
    Value
  >;
}

/** A percentile of a pooled histogram of microseconds, in milliseconds. */
export function percentileFigure(histograms: readonly HistogramSnapshot[], percent: number): Figure {
  const rounds = histograms.filter(({ count }) => count > 0).map((one) => pool([one]).percentile(percent) / 1000);
  const pooled = pool(histograms);
  return toFigure({
    value: pooled.percentile(percent) / 1000,
    rounds,
    samples: pooled.count,
    needed: samplesNeeded(percent),
  });
}

/** A quotient of sums over the rounds; skipped when nothing was counted below the line. */
export function quotientFigure(
  rounds: readonly { readonly part: number; readonly whole: number }[],
  scale = 1,
): Figure {
  const counted = rounds.filter(({ whole }) => whole > 0);
  const samples = counted.reduce((sum, { whole }) => sum + whole, 0);
  const value = (counted.reduce((sum, { part }) => sum + part, 0) / samples) * scale;
  return toFigure({ value, rounds: counted.map(({ part, whole }) => (part / whole) * scale), samples, needed: 1 });
}

interface RawFigure {
  readonly value: number;
  readonly bound?: Figure['bound'];
  readonly rounds: readonly number[];
  readonly samples: number;
  readonly needed: number;
}

function toFigure({ value, bound = 'exact', rounds, samples, needed }: RawFigure): Figure {
  if (samples < needed || !Number.isFinite(value))
    return { value: null, bound: 'exact', spread: null, samples, needed, label: 'skipped' };
  return { value, bound, spread: spreadOf(rounds), samples, needed, label: 'measured' };
}

/** Null with fewer than two values. */
function spreadOf(values: readonly number[]): Spread | null {
  return values.length < 2 ? null : { min: Math.min(...values), max: Math.max(...values) };
}

/**
 * Before divided by after. The spread is that of the quotients of neighbouring rounds, which shared a block's seeds
 * and the machine's mood.
 * @param blocks the figure's value in each block, before and after.
 */
export function ratioOf(
  before: Figure,
  after: Figure,
  blocks: readonly { readonly before: number; readonly after: number }[],
): Ratio {
  const bothCensored = before.bound === 'at-least' && after.bound === 'at-least';
  const value = (before.value ?? Number.NaN) / (after.value ?? Number.NaN);
  if (bothCensored || !Number.isFinite(value)) return { value: null, bound: 'exact', spread: null };
  const quotients = blocks.map((block) => block.before / block.after).filter(Number.isFinite);
  const bound = before.bound === 'at-least' ? 'at-least' : after.bound === 'at-least' ? 'at-most' : 'exact';
  return { value, bound, spread: spreadOf(quotients) };
}

/** Upper ends of the grades in microseconds: below 100 ms, below 300 ms, up to 1 s. */
const GRADE_ENDS_US = [99_999, 299_999, 1_000_000] as const;

/** Requests by what became of them. */
export interface GradedRequests {
  /** Of all but the refused. */
  readonly times: Histogram;
  /** All that failed: refused, or without an answer. */
  readonly failed: number;
  /** Answered, and the answer was an error. */
  readonly refused: number;
  /** Those without an answer that are known to lie beyond the last grade's end. */
  readonly failedSlow: number;
}

/**
 * Share of the requests in each grade, null without any. A failed request has no grade, however fast it failed. The time of one without
 * an answer is in the histogram without a mark, so these are taken from the best grade first, which can only make it
 * smaller than it was; those known to be slow from the worst.
 */
export function gradeShares({ times, failed, refused, failedSlow }: GradedRequests): GradeShares | null {
  const total = times.count + refused;
  if (total === 0) return null;
  const upTo = [...GRADE_ENDS_US.map((end) => times.countAtMost(end)), times.count - failedSlow];
  let unplaced = failed - refused - failedSlow;
  const shares = upTo.map((end, i) => {
    const count = Math.max(0, end - (upTo[i - 1] ?? 0));
    const removed = Math.min(count, unplaced);
    unplaced -= removed;
    return (count - removed) / total;
  });
  const [excellent = 0, good = 0, acceptable = 0, needsWork = 0] = shares;
  return { excellent, good, acceptable, needsWork, failed: failed / total };
}
