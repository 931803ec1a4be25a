import type { Comparison, MetricComparison, MetricId, StreamComparison } from '../compare/index.ts';
import { comparisonVerdict } from './comparison-verdict.ts';
import { ABSENT, createNumberFormat, type NumberFormat } from './number-format.ts';
import { fillTemplate } from './template.ts';
import type { Texts } from './texts.ts';

/** Words and numbers of one language. */
export interface ComparisonStyle {
  readonly texts: Texts;
  readonly format: NumberFormat;
}

/** What is said of one stream, in every form. */
export interface StreamText {
  /** Its name, how many rounds, its verdict. */
  readonly heading: string;
  readonly header: readonly string[];
  /** A line a metric. */
  readonly lines: readonly (readonly string[])[];
  /** Why what cannot be told cannot, and how many rounds the smallest effect takes. */
  readonly notes: readonly string[];
}

/** A comparison in the words of a language: what each form of it arranges. */
export interface ComparisonText {
  readonly verdict: string;
  readonly streams: readonly StreamText[];
  readonly notes: readonly string[];
}

/** Metrics that are a share of 1, and change by points. */
const SHARES: ReadonlySet<MetricId> = new Set(['errors', 'flow-failures', 'check-failures']);
const MARKS = { rounds: '', assumed: ' *', windows: ' †' } as const;

/** Verdict, a table a stream, and notes. */
export function comparisonText(comparison: Comparison, texts: Texts): ComparisonText {
  const style = { texts, format: createNumberFormat(texts) };
  return {
    verdict: comparisonVerdict(comparison, texts),
    streams: comparison.streams.map((stream) => streamText(stream, comparison, style)),
    notes: noteLines(comparison, style),
  };
}

function streamText(stream: StreamComparison, comparison: Comparison, style: ComparisonStyle): StreamText {
  const { texts, format } = style;
  const { columns, rounds, verdicts } = texts.compare;
  const counts = { ...stream.rounds, seconds: stream.roundSeconds };
  return {
    heading: `${stream.name} · ${fillTemplate(rounds, counts, format)} · ${verdicts[stream.verdict]}`,
    header: Object.values(columns),
    lines: stream.metrics.map((metric) => metricCells(metric, style)),
    notes: [
      ...stream.metrics.flatMap((metric) => undecidedLine(metric, stream, style)),
      ...minEffectLine(stream, comparison, style),
    ],
  };
}

function metricCells(found: MetricComparison, { texts, format }: ComparisonStyle): string[] {
  const { metrics, verdicts } = texts.compare;
  const isShare = SHARES.has(found.metric);
  const value = (figure: number | null): string => {
    if (figure === null) return ABSENT;
    return isShare ? format.share(figure) : format.quantity(figure);
  };
  const change = (figure: number): string => {
    const sign = figure === 0 ? '' : figure < 0 ? '−' : '+';
    if (!isShare) return `${sign}${format.share(Math.abs(figure))}`;
    return `${sign}${fillTemplate(texts.compare.points, { value: format.quantity(Math.abs(figure) * 100) }, format)}`;
  };
  const { interval, basis, adjustedP } = found;
  return [
    metrics[found.metric],
    value(found.before),
    value(found.after),
    found.change === null ? ABSENT : change(found.change),
    interval === null ? ABSENT : `${change(interval.low)} … ${change(interval.high)}${MARKS[basis ?? 'rounds']}`,
    adjustedP === null ? ABSENT : adjustedP.toLocaleString(texts.language, { maximumFractionDigits: 3 }),
    verdicts[found.verdict],
  ];
}

function undecidedLine(
  found: MetricComparison,
  stream: StreamComparison,
  { texts, format }: ComparisonStyle,
): string[] {
  const { reason, roundsNeeded } = found;
  if (reason === null) return [];
  const { metrics, reasons, ...words } = texts.compare;
  const rounds = roundsNeeded ?? 0;
  const values = { rounds, minutes: Math.ceil((2 * rounds * stream.roundSeconds) / 6) / 10 };
  const cure = {
    noise: roundsNeeded === null ? words.roundsTooMany : words.roundsNeeded,
    'few-rounds': words.roundsAtLeast,
  };
  const needs = reason === 'noise' || reason === 'few-rounds' ? [fillTemplate(cure[reason], values, format)] : [];
  return [`${metrics[found.metric]}${texts.marks.colon}${[reasons[reason], ...needs].join(texts.marks.clause)}`];
}

/** Of the percentile that varies most. */
function minEffectLine(
  { metrics, rounds: counted }: StreamComparison,
  { minEffect }: Comparison,
  { texts, format }: ComparisonStyle,
): string[] {
  const needed = metrics
    .filter(({ metric }) => !SHARES.has(metric))
    .map(({ roundsForMinEffect }) => roundsForMinEffect);
  const beyond = metrics.some(
    (found) => !SHARES.has(found.metric) && found.interval !== null && found.roundsForMinEffect === null,
  );
  // One round a side does not tell how rounds vary.
  if (beyond && counted.before + counted.after > 2)
    return [fillTemplate(texts.compare.minEffectBeyond, { effectShare: minEffect }, format)];
  const rounds = Math.max(0, ...needed.map((count) => count ?? 0));
  return rounds === 0 ? [] : [fillTemplate(texts.compare.minEffect, { effectShare: minEffect, rounds }, format)];
}

function noteLines({ streams, warnings, minEffect }: Comparison, { texts, format }: ComparisonStyle): string[] {
  const used = new Set(streams.flatMap(({ metrics }) => metrics.map(({ basis }) => basis)));
  const bases = (['assumed', 'windows'] as const).filter((basis) => used.has(basis));
  return [
    ...bases.map((basis) => texts.compare.bases[basis]),
    fillTemplate(texts.compare.method, { effectShare: minEffect }, format),
    ...warnings.map(({ code, values }) => fillTemplate(texts.compare.warnings[code], values, format)),
  ];
}
