import { checkOptionNames, createRandom, type OptionNames } from 'millrace/core';
import { checkNumber, checkWhole } from '../errors.ts';
import type { LoadResult } from '../result/index.ts';
import { checkComparable } from './comparable.ts';
import type {
  ComparedRun,
  ComparedStream,
  Comparison,
  ComparisonVerdict,
  MetricComparison,
  MetricId,
  StreamComparison,
} from './comparison.ts';
import { COMPARE_ERRORS } from './errors.ts';
import { checkFailureShare, errorShare, flowFailureShare } from './failures.ts';
import { CONFIDENCE, judgeMetrics, type MetricSample } from './judge.ts';
import { metricsOf, readSide } from './readings.ts';
import { windowsOf } from './run-windows.ts';
import { mean } from './spread.ts';

/** Options of {@link compareRuns}. */
export interface CompareOptions {
  /**
   * What is surely a smaller relative change than this counts as no difference, 0.001 to 1; default 0.05. Two identical
   * services differed by 6 % over four rounds, so less is rarely worth the rounds that it takes.
   */
  readonly minEffect?: number;
  /** Of the bootstrap, 0 to 2^32 - 1; default 1. */
  readonly seed?: number;
  /** Of each interval, 100 to 100,000; default 10,000. */
  readonly resamples?: number;
}

const COMPARE_OPTIONS: OptionNames<CompareOptions> = { minEffect: true, seed: true, resamples: true };

/** A tenth of the requests in a hundred: the share of errors that SLOs of services commonly forgive. */
const MIN_ERROR_EFFECT = 0.001;
/** Sides whose shares of failed requests differ by more cannot be compared by the times of the rest. */
const COMPARABLE_ERROR_SHARE = 0.01;

/**
 * Whether the runs after are better or worse than those before, not different, or whether these runs cannot tell.
 *
 * The unit is the round, one run against a fresh process: percentiles and goodput are read in each round, and rounds are
 * what is resampled and ranked. All metrics of all streams are one family: when nothing changed, the chance of a `better`
 * or `worse` anywhere is at most 5 %.
 * @throws MILLRACE_COMPARE_* when the runs cannot stand side by side
 * @throws MILLRACE_LOAD_OPTION_INVALID, MILLRACE_CORE_OPTION_UNKNOWN
 * Source: the ground for rounds is docs/decisions/0001; the methods are named where they stand.
 * @example
 * const { verdict, streams } = compareRuns([{ name: 'GET /', before, after }]); // each side five runs or more
 * if (verdict === 'worse') console.log(streams[0]?.metrics);
 */
export function compareRuns(streams: readonly ComparedStream[], options: CompareOptions = {}): Comparison {
  checkOptionNames('compareRuns', options, COMPARE_OPTIONS);
  const { minEffect = 0.05, seed = 1, resamples = 10_000 } = options;
  checkNumber('minEffect', minEffect, 0.001, 1);
  checkWhole('seed', seed, 0, 2 ** 32 - 1);
  checkWhole('resamples', resamples, 100, 100_000);
  if (streams.length === 0) throw COMPARE_ERRORS.create('MILLRACE_COMPARE_NOTHING', { side: 'the comparison' });
  const warnings = streams.flatMap(checkComparable);
  const samples = streams.map((stream) => samplesOf(stream, minEffect));
  const judged = judgeMetrics(samples.flat(), { random: createRandom(seed), resamples });
  let place = 0;
  const compared = streams.map((stream, i) => {
    const first = place;
    place += samples[i]?.length ?? 0;
    return describeStream(stream, judged.slice(first, place));
  });
  return {
    schema: 'millrace-comparison/1',
    verdict: summarise(compared),
    ...{ minEffect, minErrorEffect: MIN_ERROR_EFFECT, confidence: CONFIDENCE, seed, resamples },
    ...{ streams: compared, warnings },
  };
}

function samplesOf({ before, after }: ComparedStream, minEffect: number): MetricSample[] {
  const isUnlike = [errorsOf, flowFailureShare, checkFailureShare].some((shareOf) => {
    return Math.abs(meanOf(after, shareOf) - meanOf(before, shareOf)) > COMPARABLE_ERROR_SHARE;
  });
  return metricsOf([...before, ...after]).map((spec) => ({
    ...{ spec, before: readSide(before, spec), after: readSide(after, spec) },
    effect: spec.scale === 'ratio' ? Math.log1p(minEffect) : MIN_ERROR_EFFECT,
    windows: windowsOfSides(spec.id, before, after),
    forbidden: spec.isTime && isUnlike ? 'errors-differ' : undefined,
  }));
}

/** Undefined where some run has too few to tell. */
function windowsOfSides(
  id: MetricId,
  before: readonly ComparedRun[],
  after: readonly ComparedRun[],
): MetricSample['windows'] {
  const ofRuns = (runs: readonly ComparedRun[]) => runs.map(({ result }) => windowsOf(id, result) ?? []);
  const sides = { before: ofRuns(before), after: ofRuns(after) };
  return [...sides.before, ...sides.after].every(({ length }) => length > 1) ? sides : undefined;
}

function errorsOf({ total }: LoadResult): number {
  return errorShare(total);
}

function meanOf(runs: readonly ComparedRun[], shareOf: (result: LoadResult) => number): number {
  return mean(runs.map(({ result }) => shareOf(result))) ?? 0;
}

function describeStream(
  { name, before, after }: ComparedStream,
  metrics: readonly MetricComparison[],
): StreamComparison {
  const seconds = [...before, ...after].map(({ result }) => (result.arrivals.durationMs + result.drainMs) / 1000);
  // A percentile that no run of this length can have leaves the verdict to the others.
  const measured = metrics.filter(({ reason }) => reason !== 'few-samples');
  return {
    name,
    rounds: { before: before.length, after: after.length },
    roundSeconds: mean(seconds) ?? 0,
    metrics,
    verdict: summarise(measured),
  };
}

function summarise(parts: readonly { readonly verdict: ComparisonVerdict }[]): ComparisonVerdict {
  const has = (verdict: ComparisonVerdict): boolean => parts.some((part) => part.verdict === verdict);
  if (has('worse')) return 'worse';
  if (has('better')) return 'better';
  return has('cannot-tell') ? 'cannot-tell' : 'no-difference';
}
