import { Histogram, type HistogramSnapshot } from 'millrace/core';

/** The times of a kind of request, and how many of those who asked were answered well. */
export interface AnsweredTimes {
  /** Microseconds: of good answers, and without a mark of what was given up while it waited. */
  readonly times: HistogramSnapshot;
  /** Good answers. */
  readonly answered: number;
  /** All that ended, well or not. */
  readonly requests: number;
  /** No time below is one of a request that was given up; 0: unknown, or there is none. */
  readonly censoredFromUs: number;
}

/**
 * The share of all requests that were answered well within a time, 0 to 1; 0 without requests.
 *
 * Where among the longer times those of given-up requests lie is not recorded, so as many are taken off as were given
 * up, the shortest first that may be: the share is never larger than it was, exact where nobody had given up yet, and
 * ends at the share that was answered.
 */
export function answeredWithin({
  times,
  answered,
  requests,
  censoredFromUs,
}: AnsweredTimes): (timeUs: number) => number {
  const all = Histogram.from(times);
  const unanswered = Math.max(0, all.count - answered);
  const exact = unanswered > 0 ? Math.min(answered, all.countAtMost(censoredFromUs - 1)) : answered;
  return (timeUs) => {
    const within = all.countAtMost(timeUs);
    return requests === 0 ? 0 : Math.max(Math.min(within, exact), within - unanswered) / requests;
  };
}
