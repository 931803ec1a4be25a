import type { ComparisonVerdict, ComparisonWarning, MetricId, UndecidedReason } from '../compare/index.ts';

/** The words of a comparison. `{name}` is filled with a value. */
export interface CompareTexts {
  readonly title: string;
  readonly columns: Readonly<Record<'metric' | 'before' | 'after' | 'change' | 'interval' | 'p' | 'verdict', string>>;
  readonly metrics: Readonly<Record<MetricId, string>>;
  /** Difference of two shares, in hundredths. */
  readonly points: string;
  readonly rounds: string;
  readonly verdicts: Readonly<Record<ComparisonVerdict, string>>;
  /** The whole comparison in one sentence. */
  readonly summaries: Readonly<Record<ComparisonVerdict, string>>;
  /** In its place where some streams are worse and others better. */
  readonly mixed: string;
  /** A stream, and which of its metrics. */
  readonly part: string;
  /** A percentile of the times of flows, without its unit. */
  readonly flowFigure: string;
  readonly reasons: Readonly<Record<UndecidedReason, string>>;
  readonly roundsNeeded: string;
  readonly roundsAtLeast: string;
  readonly roundsTooMany: string;
  readonly minEffect: string;
  /** The same, where it takes more than are reckoned with. */
  readonly minEffectBeyond: string;
  /** What rests on an assumption, or on the seconds inside the runs. */
  readonly bases: Readonly<Record<'assumed' | 'windows', string>>;
  readonly method: string;
  readonly warnings: Readonly<Record<ComparisonWarning['code'], string>>;
}

/** English. */
export const EN_COMPARE: CompareTexts = {
  title: 'After against before',
  columns: {
    metric: 'metric',
    before: 'before',
    after: 'after',
    change: 'change',
    interval: '95 % interval',
    p: 'p (Holm)',
    verdict: 'verdict',
  },
  metrics: {
    p50: 'P50, ms',
    p95: 'P95, ms',
    p99: 'P99, ms',
    goodput: 'good answers a second',
    errors: 'failed requests',
    'flow-p50': 'flow P50, ms',
    'flow-p95': 'flow P95, ms',
    'flow-p99': 'flow P99, ms',
    'flow-failures': 'failed flows',
    'check-failures': 'failed checks',
  },
  points: '{value} points',
  rounds: 'rounds: {before} before, {after} after, {seconds} s each',
  verdicts: { better: 'better', worse: 'worse', 'no-difference': 'no difference', 'cannot-tell': 'cannot tell' },
  summaries: {
    better: 'Better.',
    worse: 'Worse.',
    'no-difference': 'No difference that counts.',
    'cannot-tell': 'These runs cannot tell.',
  },
  mixed: 'Worse in part and better in part; the worse decides. Worse: {worse}. Better: {better}.',
  part: '{name} ({metrics})',
  flowFigure: 'flow {figure}',
  reasons: {
    noise: 'the rounds vary too much',
    'few-rounds': 'too few rounds',
    'few-samples': 'a run has too few samples for this percentile',
    censored: 'timeouts reach this percentile, so only a bound is known',
    'errors-differ': 'the sides fail unequal shares of their requests, so those answered are not the same',
  },
  roundsNeeded: 'about {rounds} rounds a side would tell, {minutes} min in all (estimate)',
  roundsAtLeast: 'it takes at least {rounds} rounds a side, {minutes} min in all',
  roundsTooMany: 'more than 1,000 rounds a side would be needed',
  minEffect: 'To find a change of {effectShare} takes about {rounds} rounds a side (estimate).',
  minEffectBeyond: 'To find a change of {effectShare} takes more than 1,000 rounds a side (estimate).',
  bases: {
    assumed:
      '* Too few rounds to know how they vary: taken to vary by 20 %, as rounds of one service have been seen to.',
    windows: '† From the seconds inside these runs; another process might do otherwise.',
  },
  method:
    'A round is one run against a fresh process. Intervals by resampling rounds, p by Mann–Whitney, corrected over all metrics; changes surely below {effectShare} do not count.',
  warnings: {
    'setup-unknown':
      'Note: the results of {stream} do not say how many users, connections and threads there were, nor by what engine, pacing and shape; that these were alike is for you to know.',
    'seeds-differ': 'Note: the sides of {stream} had different seeds, so they sent different data.',
    'not-interleaved':
      'Note: the sides of {stream} ran one after the other; what else changed on the machine meanwhile counts as a change.',
    'left-out': 'Note: {count} runs were invalid or cut off and do not count.',
  },
};
