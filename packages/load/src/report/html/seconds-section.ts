import { secondsChart, seriesLegend } from '../charts/index.ts';
import { type Markup, markup } from '../markup.ts';
import { type SecondFigure, type StreamName, secondPoints, streamLabel, streamsOf } from '../seconds.ts';
import { invalidArms } from '../verdict.ts';
import type { Page } from './page.ts';
import { foldedTable, line, table } from './table.ts';

const FIGURES: readonly SecondFigure[] = [
  { heading: 'throughput', scale: 'linear', perSecond: true, read: ({ ok }) => ok },
  { heading: 'errors', scale: 'linear', perSecond: false, read: ({ errors }) => errors },
  { heading: 'slowest', scale: 'log', perSecond: false, read: ({ maxResponseUs }) => maxResponseUs / 1000 },
];

/** Throughput, errors and the slowest answer of each stream, second by second; each chart's figures as a table too. */
export function secondsSections(page: Page): Markup[] {
  const streams = streamsOf(page.result);
  return FIGURES.map((figure) => {
    const charts = streams.flatMap((stream) => secondsFigure(stream, figure, page));
    const { texts, arms } = page;
    const shown =
      charts.length === 0
        ? markup`<p>${texts.words.noErrors}</p>`
        : markup`${seriesLegend(arms)}<div class="charts">${charts}</div>`;
    return markup`<section><h2>${texts.headings[figure.heading]}</h2>${shown}</section>`;
  });
}

/** Nothing for a stream without a single error. */
function secondsFigure(stream: StreamName, figure: SecondFigure, page: Page): Markup[] {
  const { heading, scale } = figure;
  const { result, texts, format, arms } = page;
  const series = arms
    .map((arm) => ({ ...arm, points: secondPoints(result, arm.id, stream, figure) }))
    .filter(({ points }) => points.length > 0);
  if (series.every(({ points }) => points.every(({ max }) => max === 0))) return [];
  const mark = invalidArms(result, stream).size > 0 ? '! ' : '';
  const name = `${mark}${streamLabel(result, stream, texts)}`;
  const title = `${name}${texts.marks.colon}${texts.headings[heading]}`;
  const chart = secondsChart({ title, series, secondName: texts.words.second, scale, write: format.plain });
  const seconds = [...new Set(series.flatMap(({ points }) => points.map(({ second }) => second)))];
  const lines = seconds.map((second) =>
    line(
      String(second),
      series.map(({ points }) => {
        const point = points.find((one) => one.second === second);
        return point === undefined
          ? ''
          : `${format.quantity(point.mean)} (${format.quantity(point.min)}–${format.quantity(point.max)})`;
      }),
    ),
  );
  const header = [texts.words.second, ...series.map(({ label }) => label)];
  return [
    markup`<figure><figcaption>${name}</figcaption>${chart}${foldedTable(texts.words.asTable, table(title, header, lines))}</figure>`,
  ];
}
