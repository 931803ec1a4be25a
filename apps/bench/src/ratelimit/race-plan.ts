import type { RateRule } from 'millrace/ratelimit';

/*
 * A race of several processes for budgets that do not fill up again while it lasts: each key lets `LIMIT` pass, and twice as
 * much is asked for it in all, by each process the same number of times, so that they come to its end together. They go
 * through the keys by stretches, none of which begins before all have done the one before.
 */

export const RACERS = 4;
/** Units that pass for each key. */
export const LIMIT = 10;
/** How often each process asks for each key. */
const ASKS = (2 * LIMIT) / RACERS;
const STRETCH_KEYS = 800;
/** Longest window there is: nothing that is used comes back in less than three days. */
const WINDOW_MS = 31 * 86_400_000;

/** One limiter for each way of counting; a key is for the one at its number modulo theirs. */
export const RACED_RULES: readonly RateRule[] = (['gcra', 'sliding-counter', 'exact-log', 'fixed-window'] as const).map(
  (algorithm) => ({ name: 'race', limit: LIMIT, windowMs: WINDOW_MS, algorithm }),
);

/** Keys that it takes for so many decisions of each process. */
export function keysFor(decisions: number): number {
  return Math.ceil(decisions / ASKS);
}

/** Which keys are asked for, in this order, stretch by stretch. */
export function* stretches(keys: number): Generator<readonly number[]> {
  for (let from = 0; from < keys; from += STRETCH_KEYS) {
    const count = Math.min(STRETCH_KEYS, keys - from);
    yield Array.from({ length: ASKS * count }, (_, at) => from + (at % count));
  }
}

/** What passed beyond the limits, and how much of them was left over, from what passed for each key in each process. */
export function judgeRace(passed: readonly (readonly number[])[]): { readonly over: number; readonly left: number } {
  let [over, left] = [0, 0];
  for (let key = 0; key < (passed[0]?.length ?? 0); key++) {
    const units = passed.reduce((sum, each) => sum + (each[key] ?? 0), 0);
    over += Math.max(0, units - LIMIT);
    left += Math.max(0, LIMIT - units);
  }
  return { over, left };
}
