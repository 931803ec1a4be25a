/*
 * Many arrivals at once: the times of a schedule never fall, so those between two that are alike are alike as well, and
 * a run of them is found by halving, without asking for each.
 */

/** Arrivals that count together. */
export interface Lump {
  /** When the last of them is due. */
  readonly dueMs: number;
  readonly count: number;
}

/**
 * The arrivals `from` to before `until`, in order, in lumps whose first and last are alike.
 * @param dueOf never falls
 * @param areAlike of equal times always true
 */
export function* lumpsOf(
  from: number,
  until: number,
  dueOf: (index: number) => number,
  areAlike: (oneMs: number, otherMs: number) => boolean,
): Generator<Lump, void> {
  if (from >= until) return;
  const dueMs = dueOf(until - 1);
  if (until - from === 1 || areAlike(dueOf(from), dueMs)) {
    yield { dueMs, count: until - from };
    return;
  }
  const middle = Math.floor((from + until) / 2);
  yield* lumpsOf(from, middle, dueOf, areAlike);
  yield* lumpsOf(middle, until, dueOf, areAlike);
}

/** How many of the first `planned` arrivals are due at `ms` or before. */
export function countUntil(ms: number, planned: number, dueOf: (index: number) => number): number {
  let low = 0;
  let high = planned;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (dueOf(middle) <= ms) low = middle + 1;
    else high = middle;
  }
  return low;
}
