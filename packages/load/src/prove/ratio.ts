import type { Samples } from '../result/index.ts';
import { mapTimes, type Reading, spreadOfBounded, timeReading } from './figure.ts';
import type { Figure, Ratio, TimeFigures, TimeRatios } from './proof-result.ts';
import { studentInterval } from './student-interval.ts';

/*
 * How a ratio is made. The rounds of a block are neighbours: they share their seeds and the machine's mood, so what
 * they are compared by is the quotient within the block. The ratio is the geometric mean of the blocks' quotients, the
 * spread their smallest and largest. (The geometric mean, because it gives the inverse for the inverse question, and
 * always lies within the spread; the quotient of the pooled figures does neither.) Where a block alone has too few
 * samples for the figure, the quotient of the pooled figures stands, and there is no spread to show. Whether the arms
 * differ is read from an interval, not from the spread: see `student-interval.ts`.
 */

/** Where nothing can be compared. */
export const NO_RATIO: Ratio = { value: null, bound: 'exact', spread: null };

/** One figure in both rounds of a block. */
export interface BlockReadings {
  readonly before: Reading;
  readonly after: Reading;
}

/** The ratio of one block. */
export interface Quotient {
  readonly value: number;
  readonly bound: Ratio['bound'];
}

/** Before divided by after. */
export function ratioOf(before: Figure, after: Figure, blocks: readonly BlockReadings[]): Ratio {
  const pooled = quotientOf(
    { value: before.value ?? Number.NaN, bound: before.bound },
    { value: after.value ?? Number.NaN, bound: after.bound },
  );
  if (pooled === undefined) return NO_RATIO;
  const quotients = blocks.flatMap(({ before, after }) =>
    before.enough && after.enough ? (quotientOf(before, after) ?? []) : [],
  );
  if (blocks.length === 0 || quotients.length < blocks.length || quotients.some(({ value }) => value === 0))
    return { ...pooled, spread: null };
  const bounds = new Set(quotients.map(({ bound }) => bound));
  if (bounds.has('at-least') && bounds.has('at-most')) return NO_RATIO;
  const bound = bounds.has('at-least') ? 'at-least' : bounds.has('at-most') ? 'at-most' : 'exact';
  const values = quotients.map(({ value }) => value);
  return { value: geometricMean(values), bound, ...extentOf(quotients) };
}

/** How far the blocks lie apart, and what that says of the ratio. */
export function extentOf(quotients: readonly Quotient[]): Pick<Ratio, 'spread' | 'interval'> {
  if (quotients.length < 2) return { spread: null };
  const interval = studentInterval(quotients.map(({ value }) => value));
  return { spread: spreadOfBounded(quotients), ...(interval === null ? {} : { interval }) };
}

/** Before divided by after, for each figure; `blocks` are the rounds that ran side by side. */
export function timeRatios(
  before: TimeFigures,
  after: TimeFigures,
  blocks: readonly { readonly before: Samples; readonly after: Samples }[],
): TimeRatios {
  const counting = blocks.filter((block) => block.before.histogram.count > 0 && block.after.histogram.count > 0);
  return mapTimes((name) =>
    ratioOf(
      before[name],
      after[name],
      counting.map((block) => ({ before: timeReading(name, block.before), after: timeReading(name, block.after) })),
    ),
  );
}

/** None where both are only bounds, or where nothing is divided or divides. */
function quotientOf(before: Omit<Reading, 'enough'>, after: Omit<Reading, 'enough'>): Quotient | undefined {
  const value = before.value / after.value;
  if (!Number.isFinite(value) || (before.bound === 'at-least' && after.bound === 'at-least')) return undefined;
  return { value, bound: before.bound === 'at-least' ? 'at-least' : after.bound === 'at-least' ? 'at-most' : 'exact' };
}

export function geometricMean(values: readonly number[]): number {
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
}
