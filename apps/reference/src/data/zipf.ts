import type { Random } from 'millrace/core';

/** Draws ranks: 1 is the most frequent, `size` the least. */
export interface Zipf {
  /** A rank from 1 to `size`, by one number of `random`. */
  draw(random: Pick<Random, 'next'>): number;
  /** The exact probability of a rank; 0 outside 1 to `size`. */
  probability(rank: number): number;
}

export interface ZipfOptions {
  /** How many ranks; at least 1. */
  readonly size: number;
  /** 0 is uniform; 1 is the classic law, in which rank 1 is drawn twice as often as rank 2. */
  readonly exponent: number;
}

/**
 * Zipf's law over `size` ranks, p(rank) ∝ 1 / rank^exponent, by inversion of the cumulative table: exact for every
 * exponent from 0 up, unlike the usual rejection and approximation schemes. One draw is one number of `random` and
 * a binary search.
 * @example
 * const users = createZipf({ size: 1000, exponent: 1 });
 * users.draw(createRandom(1)); // 1 in about 13 % of the draws
 */
export function createZipf({ size, exponent }: ZipfOptions): Zipf {
  if (!Number.isInteger(size) || size < 1) throw new RangeError(`size must be a whole number from 1 up, not ${size}`);
  if (!Number.isFinite(exponent) || exponent < 0) throw new RangeError(`exponent must be from 0 up, not ${exponent}`);
  const weightOf = (rank: number): number => rank ** -exponent;
  const cumulative = new Float64Array(size);
  let total = 0;
  for (let rank = 1; rank <= size; rank++) cumulative[rank - 1] = total += weightOf(rank);
  return {
    draw: (random) => rankAt(cumulative, random.next() * total),
    probability: (rank) => (Number.isInteger(rank) && rank >= 1 && rank <= size ? weightOf(rank) / total : 0),
  };
}

/** The first rank whose cumulative weight exceeds `point`. */
function rankAt(cumulative: Float64Array, point: number): number {
  let low = 0;
  let high = cumulative.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((cumulative[middle] as number) > point) high = middle;
    else low = middle + 1;
  }
  return low + 1;
}
