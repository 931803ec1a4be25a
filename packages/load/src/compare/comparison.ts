import type { LoadResult } from '../result/index.ts';
import type { Interval } from './bootstrap.ts';

/** One run, a fresh process, by the name that messages call it. */
export interface ComparedRun {
  readonly name: string;
  readonly result: LoadResult;
}

/** The same load before and after; each run is a round. */
export interface ComparedStream {
  readonly name: string;
  readonly before: readonly ComparedRun[];
  readonly after: readonly ComparedRun[];
}

/**
 * What is compared.
 *
 * - `p50`, `p95`, `p99` of the response time of good answers
 * - `goodput` good answers a second, while the schedule ran
 * - `errors` share of the requests that failed
 * - `flow-p50`, `flow-p95`, `flow-p99` how long the iterations of flows took that ran to their end; only of flows
 * - `flow-failures` share of the iterations that failed; only of flows
 * - `check-failures` share of the checks that failed; only where there are checks
 */
export type MetricId =
  | 'p50'
  | 'p95'
  | 'p99'
  | 'goodput'
  | 'errors'
  | 'flow-p50'
  | 'flow-p95'
  | 'flow-p99'
  | 'flow-failures'
  | 'check-failures';

/** What can be said of the side after. `cannot-tell`: the runs do not show which of the others it is. */
export type ComparisonVerdict = 'better' | 'worse' | 'no-difference' | 'cannot-tell';

/**
 * What an interval rests on.
 *
 * - `rounds` the rounds of both sides, and enough of them for the exact test to tell
 * - `assumed` too few rounds to know how rounds vary: they are taken to vary by 20 %, or by more where these do
 * - `windows` too few rounds, and a metric that the seconds tell: those inside the runs; another process might have done otherwise
 */
export type Basis = 'rounds' | 'assumed' | 'windows';

/**
 * Why a verdict is `cannot-tell`.
 *
 * - `noise` the rounds vary too much for so few of them
 * - `few-rounds` no outcome of so few rounds could have told
 * - `few-samples` a run has too few samples for the percentile
 * - `censored` timeouts reach the percentile, so that only a bound is known, and that does not decide
 * - `errors-differ` the shares of failed requests differ by more than 1 %: those who were answered are not the same
 */
export type UndecidedReason = 'noise' | 'few-rounds' | 'few-samples' | 'censored' | 'errors-differ';

/** One metric of both sides. Times in milliseconds, goodput a second, errors and failures as a share of 1. */
export interface MetricComparison {
  readonly metric: MetricId;
  /** Geometric mean over the rounds, of shares the arithmetic one; null without enough samples. */
  readonly before: number | null;
  readonly after: number | null;
  /** Of what was before (0.1: 10 % more); of shares, their difference. */
  readonly change: number | null;
  /** Where the change lies with 95 % confidence. */
  readonly interval: Interval | null;
  readonly basis: Basis | null;
  /** Mann–Whitney over the rounds, and the same after Holm's correction over all metrics; null where rounds are too few. */
  readonly p: number | null;
  readonly adjustedP: number | null;
  readonly verdict: ComparisonVerdict;
  readonly reason: UndecidedReason | null;
  /** Estimate: rounds a side that would tell, 9 times in 10, if the change is what it seems; null when told, or beyond 1,000. */
  readonly roundsNeeded: number | null;
  /** Estimate: rounds a side that would show the smallest change that counts; null beyond 1,000. */
  readonly roundsForMinEffect: number | null;
}

/** One stream of both sides. */
export interface StreamComparison {
  readonly name: string;
  readonly rounds: { readonly before: number; readonly after: number };
  /** How long one round takes: schedule and drain. */
  readonly roundSeconds: number;
  readonly metrics: readonly MetricComparison[];
  readonly verdict: ComparisonVerdict;
}

/**
 * What a reader should know of the runs.
 *
 * - `setup-unknown` the results do not say how many users, connections and threads there were, nor with what engine, pacing and shape
 * - `seeds-differ` the sides sent different data, or at different random times
 * - `not-interleaved` all runs of one side came before those of the other: what changed on the machine meanwhile counts as a change
 * - `left-out` so many runs of a proof were invalid and do not count
 */
export interface ComparisonWarning {
  readonly code: 'setup-unknown' | 'seeds-differ' | 'not-interleaved' | 'left-out';
  readonly values: Readonly<Record<string, string | number>>;
}

/** Two sides compared, as written to JSON. */
export interface Comparison {
  readonly schema: 'millrace-comparison/1';
  /** `worse` when any metric is, else `better` when any is, `no-difference` when all are. */
  readonly verdict: ComparisonVerdict;
  /** What is surely a smaller relative change counts as none. */
  readonly minEffect: number;
  /** The same of the difference of shares. */
  readonly minErrorEffect: number;
  readonly confidence: number;
  /** Of the bootstrap: same seed, same intervals. */
  readonly seed: number;
  readonly resamples: number;
  readonly streams: readonly StreamComparison[];
  readonly warnings: readonly ComparisonWarning[];
}
