import type { Random } from 'millrace/core';

/** Spread of the logarithm: nine answers in ten lie between 0.78 and 1.28 times the median. */
export const LATENCY_SIGMA = 0.15;

/**
 * A source of log-normal times with the given median: median · e^(σ·z), z standard normal by Box and Muller
 * ("A note on the generation of random normal deviates", 1958), one z a pair of random numbers.
 */
export function createLatency(medianMs: number, random: Random): () => number {
  return () => {
    const radius = Math.sqrt(-2 * Math.log(1 - random.next()));
    return medianMs * Math.exp(LATENCY_SIGMA * radius * Math.cos(2 * Math.PI * random.next()));
  };
}
