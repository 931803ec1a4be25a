import type { Comparison, MetricComparison, StreamComparison } from '../compare/index.ts';
import { alignGrid } from './grid.ts';
import { ABSENT, createNumberFormat, type NumberFormat } from './number-format.ts';
import type { RenderOptions } from './render-options.ts';
import { fillTemplate } from './template.ts';
import { EN, type Texts } from './texts.ts';

interface Style {
  readonly texts: Texts;
  readonly format: NumberFormat;
}

const MARKS = { rounds: '', assumed: ' *', windows: ' †' } as const;

/**
 * A comparison as plain text: verdict, a table for each stream, why what cannot be told cannot, and warnings. No colour.
 * @example
 * process.stdout.write(renderComparison(compareRuns([{ name: 'GET /', before, after }])));
 */
export function renderComparison(comparison: Comparison, { texts = EN }: RenderOptions = {}): string {
  const style = { texts, format: createNumberFormat(texts) };
  const parts = [
    [`${texts.compare.title}${texts.marks.colon}${texts.compare.summaries[comparison.verdict]}`],
    ...comparison.streams.map((stream) => streamLines(stream, comparison, style)),
    noteLines(comparison, style),
  ];
  return `${parts.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function streamLines(stream: StreamComparison, comparison: Comparison, style: Style): string[] {
  const { texts, format } = style;
  const { columns, rounds, verdicts } = texts.compare;
  const counts = { ...stream.rounds, seconds: stream.roundSeconds };
  return [
    `${stream.name} · ${fillTemplate(rounds, counts, format)} · ${verdicts[stream.verdict]}`,
    ...alignGrid([Object.values(columns), ...stream.metrics.map((metric) => metricCells(metric, style))]),
    ...stream.metrics.flatMap((metric) => undecidedLine(metric, stream, style)),
    ...minEffectLine(stream, comparison, style),
  ];
}

function metricCells(found: MetricComparison, { texts, format }: Style): string[] {
  const { metrics, verdicts } = texts.compare;
  const isShare = found.metric === 'errors';
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

function undecidedLine(found: MetricComparison, stream: StreamComparison, { texts, format }: Style): string[] {
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
  return [`  ${metrics[found.metric]}${texts.marks.colon}${[reasons[reason], ...needs].join(texts.marks.clause)}`];
}

/** Of the percentile that varies most. */
function minEffectLine({ metrics }: StreamComparison, { minEffect }: Comparison, { texts, format }: Style): string[] {
  const needed = metrics
    .filter(({ metric }) => metric !== 'errors')
    .map(({ roundsForMinEffect }) => roundsForMinEffect);
  const rounds = Math.max(0, ...needed.map((count) => count ?? 0));
  return rounds === 0 ? [] : [fillTemplate(texts.compare.minEffect, { effectShare: minEffect, rounds }, format)];
}

function noteLines({ streams, warnings, minEffect }: Comparison, { texts, format }: Style): string[] {
  const used = new Set(streams.flatMap(({ metrics }) => metrics.map(({ basis }) => basis)));
  const bases = (['assumed', 'windows'] as const).filter((basis) => used.has(basis));
  return [
    ...bases.map((basis) => texts.compare.bases[basis]),
    fillTemplate(texts.compare.method, { effectShare: minEffect }, format),
    ...warnings.map(({ code, values }) => fillTemplate(texts.compare.warnings[code], values, format)),
  ];
}
