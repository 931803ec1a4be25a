import { type AnsweredTimes, answeredWithin } from '../result/index.ts';
import type { GradeShares } from './proof-result.ts';

/** Upper ends of the grades in microseconds: below 100 ms, below 300 ms, up to 1 s, and the rest. */
const GRADE_ENDS_US = [99_999, 299_999, 1_000_000, Number.POSITIVE_INFINITY] as const;

/**
 * Share of the requests in each grade, null without any. A failed request has no grade, however fast it failed; where
 * that leaves a doubt about the good ones, a grade and those better than it together are rather too small than too large.
 */
export function gradeShares(times: AnsweredTimes): GradeShares | null {
  const { answered, requests } = times;
  if (requests === 0) return null;
  const upTo = GRADE_ENDS_US.map(answeredWithin(times));
  const shares = upTo.map((end, i) => end - (upTo[i - 1] ?? 0));
  const [excellent = 0, good = 0, acceptable = 0, needsWork = 0] = shares;
  return { excellent, good, acceptable, needsWork, failed: (requests - answered) / requests };
}
