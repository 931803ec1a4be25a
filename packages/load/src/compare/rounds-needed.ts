import { smallestP } from './mann-whitney.ts';
import { normalQuantile } from './normal.ts';

/** How often the rounds that are named would tell. */
const POWER = 0.9;
const MOST_ROUNDS = 1_000;
/** How well Mann–Whitney does beside the mean where the noise is normal: 3 / pi (Hodges & Lehmann 1956). */
const EFFICIENCY: number = 3 / Math.PI;

/**
 * Rounds a side by which a true change of `gap` is told at the level `alpha`, 9 times in 10, when rounds vary by the
 * standard deviation `deviation`; at least so many as the exact test needs. Null beyond 1,000.
 */
export function roundsFor(gap: number, deviation: number, alpha: number): number | null {
  const reach = normalQuantile(1 - alpha / 2) + normalQuantile(POWER);
  const rounds = Math.ceil((2 * (reach * deviation) ** 2) / (gap ** 2 * EFFICIENCY));
  const needed = Math.max(rounds, fewestRounds(alpha));
  return needed <= MOST_ROUNDS ? needed : null;
}

/** The fewest rounds a side of which some outcome is rarer than `alpha` by chance: 4 for 5 %, 5 for 1 %. */
export function fewestRounds(alpha: number): number {
  let rounds = 1;
  while (smallestP(rounds, rounds) > alpha) rounds += 1;
  return rounds;
}
