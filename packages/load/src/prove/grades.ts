import type { Histogram } from 'millrace/core';
import type { GradeShares } from './proof-result.ts';

/** Upper ends of the grades in microseconds: below 100 ms, below 300 ms, up to 1 s. */
const GRADE_ENDS_US = [99_999, 299_999, 1_000_000] as const;

/** Requests by what became of them. */
export interface GradedRequests {
  /** Of all but the refused. */
  readonly times: Histogram;
  /** All that failed: refused, or without an answer. */
  readonly failed: number;
  /** Answered, and the answer was an error. */
  readonly refused: number;
  /** Those without an answer that are known to lie beyond the last grade's end. */
  readonly failedSlow: number;
}

/**
 * Share of the requests in each grade, null without any. A failed request has no grade, however fast it failed. The time of one without
 * an answer is in the histogram without a mark, so these are taken from the best grade first, which can only make it
 * smaller than it was; those known to be slow from the worst.
 */
export function gradeShares({ times, failed, refused, failedSlow }: GradedRequests): GradeShares | null {
  const total = times.count + refused;
  if (total === 0) return null;
  const upTo = [...GRADE_ENDS_US.map((end) => times.countAtMost(end)), times.count - failedSlow];
  let unplaced = failed - refused - failedSlow;
  const shares = upTo.map((end, i) => {
    const count = Math.max(0, end - (upTo[i - 1] ?? 0));
    const removed = Math.min(count, unplaced);
    unplaced -= removed;
    return (count - removed) / total;
  });
  const [excellent = 0, good = 0, acceptable = 0, needsWork = 0] = shares;
  return { excellent, good, acceptable, needsWork, failed: failed / total };
}
