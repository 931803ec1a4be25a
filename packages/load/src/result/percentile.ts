import { Histogram, type HistogramSnapshot } from 'millrace/core';

/** A percentile as it may be printed: exact to the histogram's 0.1 %, a lower bound, or not at all. */
export type Percentile =
  | { readonly kind: 'value'; readonly us: number }
  /** Censored samples reach down to here: the true value is this or more. */
  | { readonly kind: 'at-least'; readonly us: number }
  /** Too few samples for a figure that would mean something. */
  | { readonly kind: 'too-few'; readonly samples: number; readonly needed: number };

/** Samples, some of which may be known only to be at least their value. A {@link StepResult} gives the two counts. */
export interface Samples {
  readonly histogram: HistogramSnapshot;
  /** How many samples are lower bounds; default 0. */
  readonly censored?: number;
  /** The smallest of them, in microseconds; default 0. */
  readonly censoredFromUs?: number;
}

/**
 * How many samples the percentile `p` needs, so that ten of them lie beyond it: 10 / (1 − p).
 * The median needs 20, P95 200, P99 1,000, P99.9 10,000.
 * @param p greater than 0, less than 100
 */
export function samplesNeeded(p: number): number {
  return Math.ceil(1_000 / (100 - p) - 1e-6);
}

/**
 * The percentile `p` of the samples, or why there is none.
 * @param p greater than 0, less than 100
 * @example
 * const p99 = percentileOf(responseTimesOf(step), 99);
 * if (p99.kind === 'too-few') console.log(`P99 needs ${p99.needed} samples, there are ${p99.samples}`);
 */
export function percentileOf(samples: Samples, p: number): Percentile {
  const { histogram: snapshot, censored = 0, censoredFromUs = 0 } = samples;
  const needed = samplesNeeded(p);
  if (snapshot.count < needed) return { kind: 'too-few', samples: snapshot.count, needed };
  const us = Histogram.from(snapshot).percentile(p);
  return { kind: censored > 0 && us >= censoredFromUs ? 'at-least' : 'value', us };
}
