import { normalCdf } from './normal.ts';

/** Sizes up to this many values together are counted exactly; beyond, the normal approximation is. */
const EXACT_UP_TO = 60;

/** What the test found. */
export interface MannWhitney {
  /** How often a value of the first sample lies above one of the second; ties count half. */
  readonly u: number;
  /** Chance of a U at least as far from its mean when both samples are of one distribution; two-sided. */
  readonly p: number;
  readonly method: 'exact' | 'normal';
}

/**
 * Whether one of two samples tends to larger values. Asks nothing of the shape of the distributions.
 *
 * Exact without ties up to 60 values, else normal with the correction for ties and for continuity.
 * @throws RangeError for an empty sample
 * Source: Mann & Whitney, On a Test of Whether one of Two Random Variables is Stochastically Larger than the Other (1947).
 */
export function mannWhitney(first: readonly number[], second: readonly number[]): MannWhitney {
  if (first.length === 0 || second.length === 0) throw new RangeError('a sample is empty');
  const u = first.reduce((sum, value) => sum + countBelow(value, second), 0);
  const ties = tieSizes([...first, ...second]);
  const exact = ties.length === 0 && first.length + second.length <= EXACT_UP_TO;
  const p = exact ? exactP(u, first.length, second.length) : normalP(u, first.length, second.length, ties);
  return { u, p, method: exact ? 'exact' : 'normal' };
}

/** The smallest two-sided p that samples of these sizes can give: each order of the values is as likely. */
export function smallestP(first: number, second: number): number {
  let orders = 1;
  for (let i = 1; i <= first; i++) orders *= (second + i) / i;
  return Math.min(1, 2 / orders);
}

function countBelow(value: number, others: readonly number[]): number {
  return others.reduce((sum, other) => sum + (other < value ? 1 : other === value ? 0.5 : 0), 0);
}

/** Sizes of the groups of equal values, without those of one. */
function tieSizes(values: readonly number[]): number[] {
  const sizes = new Map<number, number>();
  for (const value of values) sizes.set(value, (sizes.get(value) ?? 0) + 1);
  return [...sizes.values()].filter((size) => size > 1);
}

function exactP(u: number, first: number, second: number): number {
  const counts = ordersByU(first, second);
  const nearer = Math.min(u, first * second - u);
  const all = counts.reduce((sum, count) => sum + count, 0);
  const tail = counts.slice(0, nearer + 1).reduce((sum, count) => sum + count, 0);
  return Math.min(1, (2 * tail) / all);
}

/**
 * How many orders of the values give each U: the coefficients of the Gaussian binomial, which is a product of
 * (1 - x^(second + i)) / (1 - x^i).
 */
function ordersByU(first: number, second: number): number[] {
  const counts = new Array<number>(first * second + 1).fill(0);
  counts[0] = 1;
  for (let i = 1; i <= first; i++) {
    for (let u = counts.length - 1; u >= second + i; u--) counts[u] = at(counts, u) - at(counts, u - second - i);
    for (let u = i; u < counts.length; u++) counts[u] = at(counts, u) + at(counts, u - i);
  }
  return counts;
}

function at(counts: readonly number[], index: number): number {
  return counts[index] ?? 0;
}

function normalP(u: number, first: number, second: number, ties: readonly number[]): number {
  const all = first + second;
  const tied = ties.reduce((sum, size) => sum + size ** 3 - size, 0);
  const variance = ((first * second) / 12) * (all + 1 - tied / (all * (all - 1)));
  if (variance <= 0) return 1;
  const distance = Math.max(0, Math.abs(u - (first * second) / 2) - 0.5);
  return Math.min(1, 2 * normalCdf(-distance / Math.sqrt(variance)));
}
