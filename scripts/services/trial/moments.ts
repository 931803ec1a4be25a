import { createRandom } from 'millrace/core';

/** `count` moments within `windowMs`, one in each equal part of it, so that every phase is hit; the seed repeats them. */
export function trialMoments(choice: { seed: number; count: number; windowMs: number }): number[] {
  const random = createRandom(choice.seed);
  const part = choice.windowMs / choice.count;
  return Array.from({ length: choice.count }, (_, index) => Math.round((index + random.next()) * part));
}
