/*
 * From readings to a verdict. Three mistakes are to be avoided, and each has its part here.
 *
 * Taking noise for a change. The unit is the round, a run against a fresh process: seconds or requests inside a run depend
 * on each other, so a million of them are no million observations. A change counts when two things that fail differently
 * agree: the interval of the difference, by resampling rounds, leaves out 0; and the exact rank test (Mann–Whitney), which
 * assumes no distribution, is below its level. Many metrics are many chances to be wrong, so the p values are corrected as
 * one family (Holm). A metric without any variation cannot be found to differ and takes no part in it (Tarone 1990).
 *
 * Taking silence for equality. That nothing was found is no finding. `no-difference` is said only where the whole interval
 * lies within what does not count (Schuirmann's two one-sided tests, 1987); all else is `cannot-tell`, with a reason and
 * with how many rounds would tell.
 *
 * Being sure of too little. With fewer rounds than the exact test needs to reach its level, variation between rounds cannot
 * be seen. Times are then taken to vary by what was seen on shared machines, and shares are told by the seconds inside the
 * runs; the `basis` says which. Where neither is known nothing is said.
 *
 * Ratios are judged on the logarithmic scale, where twice as slow and twice as fast are equally far; shares of failures as
 * differences, as they may be 0.
 */
import type { Random } from 'millrace/core';
import { differenceInterval, type Interval, type Window, windowInterval } from './bootstrap.ts';
import type { Basis, ComparisonVerdict, MetricComparison, UndecidedReason } from './comparison.ts';
import { holmAdjust } from './holm.ts';
import { mannWhitney, smallestP } from './mann-whitney.ts';
import { normalQuantile } from './normal.ts';
import { type MetricSpec, type Readings, toScale } from './readings.ts';
import { fewestRounds, roundsFor } from './rounds-needed.ts';
import { isVaried, mean, pooledDeviation } from './spread.ts';

/**
 * Level of all metrics together. Promised is that equal sides differ in at most 5 % of the comparisons; half a point less
 * leaves room for the normal approximation, and five rounds a side can still tell with all five metrics of requests; with
 * those of flows and checks besides it takes six.
 */
const ALPHA = 0.045;
/** Of the intervals by rounds. */
export const CONFIDENCE = 0.95;
/**
 * How rounds are taken to vary while there are too few to know: as a standard deviation, the whole 20 % by which the P50 of
 * one service was seen to range from round to round on a shared machine. Single runs so tell a factor of about two.
 */
const ASSUMED_DEVIATION: number = Math.log(1.2);
/** By how much single runs must differ in what their seconds tell: another process may have been luckier. */
const WINDOW_EFFECT = 0.01;

/** One metric of both sides, as the judge wants it. */
export interface MetricSample {
  readonly spec: MetricSpec;
  readonly before: Readings;
  readonly after: Readings;
  /** Changes surely smaller do not count; on the scale of the readings. */
  readonly effect: number;
  /** Seconds inside each run; used in place of an assumption while rounds are few. */
  readonly windows?: undefined | { readonly before: readonly Window[][]; readonly after: readonly Window[][] };
  /** What forbids a verdict on this metric whatever its figures. */
  readonly forbidden?: UndecidedReason | undefined;
}

/** Drawing of the intervals. */
export interface JudgeOptions {
  readonly random: Random;
  readonly resamples: number;
}

/** What is known of a metric before the verdict; `change` and interval on the scale of the readings. */
interface Finding {
  readonly sample: MetricSample;
  readonly change: number;
  readonly interval: Interval;
  readonly basis: Basis;
  readonly adjustedP: number;
}

/** Judges metrics as one family. */
export function judgeMetrics(samples: readonly MetricSample[], options: JudgeOptions): MetricComparison[] {
  const tested = samples.filter(({ before, after }) => isVaried([...before.values, ...after.values]));
  const alpha = ALPHA / Math.max(1, tested.length);
  const ps = samples.map((sample) => testRounds(sample, alpha));
  const corrected = holmAdjust(samples.flatMap((sample, i) => (tested.includes(sample) ? (ps[i] ?? 1) : [])));
  return samples.map((sample, i) => {
    const p = ps[i] ?? null;
    const place = tested.indexOf(sample);
    const adjustedP = p === null ? null : place < 0 ? 1 : (corrected[place] ?? 1);
    return judgeMetric(sample, { p, adjustedP, alpha, ...options });
  });
}

interface Test extends JudgeOptions {
  readonly p: number | null;
  readonly adjustedP: number | null;
  readonly alpha: number;
}

/** Null where no outcome of so few rounds could tell. */
function testRounds({ before, after }: MetricSample, alpha: number): number | null {
  if (smallestP(before.values.length, after.values.length) > alpha) return null;
  return mannWhitney(before.values, after.values).p;
}

function judgeMetric(sample: MetricSample, test: Test): MetricComparison {
  const { spec, before, after } = sample;
  const [left, right] = [mean(before.values), mean(after.values)];
  const missing = left === undefined || right === undefined;
  const found = missing ? undefined : findChange(sample, right - left, test);
  const told = found === undefined ? undecided(missing ? 'few-samples' : 'few-rounds') : decide(found);
  const toValue = (value: number): number => (spec.scale === 'ratio' ? Math.exp(value) : value);
  const toChange = (value: number): number => (spec.scale === 'ratio' ? Math.expm1(value) : value);
  return {
    metric: spec.id,
    before: left === undefined ? null : toValue(left),
    after: right === undefined ? null : toValue(right),
    change: found === undefined ? null : toChange(found.change),
    interval: found === undefined ? null : { low: toChange(found.interval.low), high: toChange(found.interval.high) },
    basis: found?.basis ?? null,
    p: missing ? null : test.p,
    adjustedP: missing ? null : test.adjustedP,
    ...told,
    ...(found === undefined
      ? { roundsNeeded: missing ? null : fewestRounds(test.alpha), roundsForMinEffect: null }
      : estimateRounds(found, told.reason, test.alpha)),
  };
}

/** Undefined for a share of rounds too few to tell, of which no seconds are known either: nothing says how it varies. */
function findChange(sample: MetricSample, change: number, test: Test): Finding | undefined {
  const { spec, before, after, windows } = sample;
  const { random, resamples, adjustedP, alpha } = test;
  if (adjustedP !== null) {
    const interval = differenceInterval(before.values, after.values, { random, resamples, confidence: CONFIDENCE });
    return { sample, change, interval, basis: 'rounds', adjustedP };
  }
  if (windows !== undefined) {
    const interval = windowInterval(windows.before, windows.after, {
      ...{ random, resamples, confidence: 1 - alpha },
      toScale: (quotient) => toScale(spec, quotient),
    });
    return { sample, change, interval, basis: 'windows', adjustedP: 0 };
  }
  if (spec.scale === 'difference') return undefined;
  const deviation = Math.max(ASSUMED_DEVIATION, pooledDeviation(before.values, after.values) ?? 0);
  const rounds = 1 / before.values.length + 1 / after.values.length;
  const half = normalQuantile(1 - alpha / 2) * deviation * Math.sqrt(rounds);
  return { sample, change, interval: { low: change - half, high: change + half }, basis: 'assumed', adjustedP: 0 };
}

interface Told {
  readonly verdict: ComparisonVerdict;
  readonly reason: UndecidedReason | null;
}

function decide(found: Finding): Told {
  const { sample, change, interval, basis, adjustedP } = found;
  const { effect, spec, forbidden } = sample;
  if (forbidden !== undefined) return undecided(forbidden);
  if (interval.low >= -effect && interval.high <= effect) return holdAgainstBounds('no-difference', sample);
  const sure = (interval.low > 0 || interval.high < 0) && adjustedP <= ALPHA;
  if (sure && (basis !== 'windows' || Math.abs(change) >= WINDOW_EFFECT)) {
    return holdAgainstBounds(change < 0 === (spec.better === 'lower') ? 'better' : 'worse', sample);
  }
  return undecided(basis === 'rounds' ? 'noise' : 'few-rounds');
}

/** A lower bound shows only that its side is no faster than that. */
function holdAgainstBounds(verdict: ComparisonVerdict, { before, after }: MetricSample): Told {
  const holds =
    (!before.atLeast && !after.atLeast) ||
    (verdict === 'worse' && !before.atLeast) ||
    (verdict === 'better' && !after.atLeast);
  return holds ? { verdict, reason: null } : undecided('censored');
}

function undecided(reason: UndecidedReason): Told {
  return { verdict: 'cannot-tell', reason };
}

type Rounds = Pick<MetricComparison, 'roundsNeeded' | 'roundsForMinEffect'>;

function estimateRounds({ sample, change }: Finding, reason: UndecidedReason | null, alpha: number): Rounds {
  const { before, after, effect } = sample;
  const deviation = pooledDeviation(before.values, after.values);
  const roundsForMinEffect = deviation === undefined ? null : roundsFor(effect, deviation, alpha);
  if (reason === 'few-rounds') return { roundsNeeded: fewestRounds(alpha), roundsForMinEffect };
  if (reason !== 'noise' || deviation === undefined) return { roundsNeeded: null, roundsForMinEffect };
  // Whichever is nearer: that the interval leaves out 0, or that it lies within what does not count.
  const gap = Math.max(Math.abs(change), effect - Math.abs(change));
  const estimate = roundsFor(gap, deviation, alpha);
  const more = Math.min(before.values.length, after.values.length) + 1;
  return { roundsNeeded: estimate === null ? null : Math.max(more, estimate), roundsForMinEffect };
}
