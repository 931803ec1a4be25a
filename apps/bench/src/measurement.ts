/** One figure as an area measured it, before it is held against its goal. */
export interface Measurement {
  /** The goal's id. */
  readonly goal: string;
  /** Median over rounds, or null when it could not be measured. */
  readonly value: number | null;
  /** Smallest and largest over rounds; null when there was only one. */
  readonly spread: readonly [number, number] | null;
  /** The true value is not smaller, or not larger; absent: it is exact. */
  readonly bound?: Bound;
  /** Where it is the largest of few samples: of how many. */
  readonly reading?: Reading;
  /** Why there is no value: the command that failed, or what was too few. */
  readonly skipped?: string;
  /** Why a run behind the value is invalid: what the load generator made of it. */
  readonly invalid?: string;
  readonly peer?: { readonly name: string; readonly version: string; readonly value: number };
}

/** On which side of a value the true one lies. */
export type Bound = 'at-least' | 'at-most';

/** The largest of samples that are too few for a percentile. */
export interface Reading {
  readonly kind: 'slowest';
  readonly samples: number;
}

/** The median of `values`, which must not be empty; the mean of the middle two for an even count. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[sorted.length >> 1];
  const lower = sorted[(sorted.length - 1) >> 1];
  if (upper === undefined || lower === undefined) throw new RangeError('median of no values');
  return (upper + lower) / 2;
}

/** Median and spread of one figure over its rounds. */
export function overRounds(goal: string, values: readonly number[]): Measurement {
  if (values.length === 0) return { goal, value: null, spread: null, skipped: 'no round gave a value' };
  const spread: [number, number] | null = values.length > 1 ? [Math.min(...values), Math.max(...values)] : null;
  return { goal, value: median(values), spread };
}
