import type { Comparison, ComparisonVerdict, MetricId } from '../compare/index.ts';
import { createNumberFormat } from './number-format.ts';
import { fillTemplate } from './template.ts';
import type { Texts } from './texts.ts';

/**
 * The verdict of a comparison in a sentence. Where one part is worse and another better, what each of them is stands
 * behind it: the worse decides, and a reader must see what that was.
 */
export function comparisonVerdict({ verdict, streams }: Comparison, texts: Texts): string {
  const { summaries, mixed } = texts.compare;
  const [worse, better] = [partsOf(streams, 'worse', texts), partsOf(streams, 'better', texts)];
  return worse === '' || better === ''
    ? summaries[verdict]
    : fillTemplate(mixed, { worse, better }, createNumberFormat(texts));
}

/** `login burst (P50, failed requests); …`; empty where no metric is so. */
function partsOf(streams: Comparison['streams'], wanted: ComparisonVerdict, texts: Texts): string {
  const parts = streams.flatMap(({ name, metrics }) => {
    const found = metrics.filter(({ verdict }) => verdict === wanted).map(({ metric }) => metricName(metric, texts));
    if (found.length === 0) return [];
    return [
      fillTemplate(texts.compare.part, { name, metrics: found.join(texts.marks.comma) }, createNumberFormat(texts)),
    ];
  });
  return parts.join(texts.marks.clause);
}

/** Without its unit. */
function metricName(metric: MetricId, texts: Texts): string {
  const { figures, compare } = texts;
  const percentiles: Partial<Record<string, string>> = { p50: figures.p50Ms, p95: figures.p95Ms, p99: figures.p99Ms };
  const figure = percentiles[metric.replace('flow-', '')];
  if (figure === undefined) return compare.metrics[metric];
  return metric.startsWith('flow-') ? fillTemplate(compare.flowFigure, { figure }, createNumberFormat(texts)) : figure;
}
