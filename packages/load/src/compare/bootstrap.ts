import type { Random } from 'millrace/core';
import { normalCdf, studentQuantile } from './normal.ts';

/** Where a value lies with the confidence asked for. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** How intervals are drawn. */
export interface Draws {
  readonly random: Random;
  readonly resamples: number;
  /** 0 to 1, such as 0.95. */
  readonly confidence: number;
}

/**
 * The interval of mean(after) - mean(before), each value one round: rounds of a side are drawn anew, with replacement.
 *
 * The ends are percentiles of the drawn differences, moved outward for few rounds: plain percentiles of a handful of
 * values are too narrow by sqrt((n - 1) / n) and know nothing of Student's wider tails. BCa mends skewness, which means of
 * logarithms hardly have, and leaves that narrowness.
 * @throws RangeError when a side has fewer than two rounds
 * Source: Efron, Bootstrap Methods (1979); the expansion is Hesterberg's, What Teachers Should Know About the
 * Bootstrap (2015), section 5.3.
 */
export function differenceInterval(before: readonly number[], after: readonly number[], draws: Draws): Interval {
  const fewest = Math.min(before.length, after.length);
  if (fewest < 2) throw new RangeError('an interval needs two rounds a side');
  const differences = new Float64Array(draws.resamples);
  for (let i = 0; i < differences.length; i++) {
    differences[i] = meanOfDraw(after, draws.random) - meanOfDraw(before, draws.random);
  }
  const quantile = studentQuantile((1 + draws.confidence) / 2, before.length + after.length - 2);
  return endsOf(differences, normalCdf(-Math.sqrt(fewest / (fewest - 1)) * quantile));
}

/** One second of a run: a part of a whole. */
export interface Window {
  readonly part: number;
  readonly whole: number;
}

/**
 * The interval of after - before inside the runs given, each side its parts divided by its wholes, on the scale of `toScale`: neighbouring seconds are drawn together, because
 * they are alike, and never across two runs. It says nothing of how another process would have done.
 *
 * Source: Künsch, The Jackknife and the Bootstrap for General Stationary Observations (1989); blocks of n^(1/3) seconds.
 */
export function windowInterval(
  before: readonly (readonly Window[])[],
  after: readonly (readonly Window[])[],
  draws: Draws & { readonly toScale: (quotient: number) => number },
): Interval {
  const { toScale } = draws;
  const differences = new Float64Array(draws.resamples);
  for (let i = 0; i < differences.length; i++) {
    differences[i] = toScale(quotientOfDraw(after, draws.random)) - toScale(quotientOfDraw(before, draws.random));
  }
  return endsOf(differences, (1 - draws.confidence) / 2);
}

function meanOfDraw(values: readonly number[], random: Random): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[random.int(values.length)] as number;
  return sum / values.length;
}

function quotientOfDraw(runs: readonly (readonly Window[])[], random: Random): number {
  let part = 0;
  let whole = 0;
  for (const windows of runs.filter(({ length }) => length > 0)) {
    // Never all of them at once: there would be one draw, and an interval without width.
    const block = Math.max(1, Math.min(Math.ceil(Math.cbrt(windows.length)), windows.length >> 1));
    for (let drawn = 0; drawn < windows.length; drawn += block) {
      const start = random.int(windows.length - block + 1);
      for (const window of windows.slice(start, start + Math.min(block, windows.length - drawn))) {
        part += window.part;
        whole += window.whole;
      }
    }
  }
  return whole === 0 ? 0 : part / whole;
}

/** The values that leave the share `tail` outside at each end. */
function endsOf(values: Float64Array, tail: number): Interval {
  const sorted = values.toSorted();
  const outside = Math.min(sorted.length - 1, Math.floor(tail * sorted.length));
  return { low: sorted[outside] as number, high: sorted[sorted.length - 1 - outside] as number };
}
