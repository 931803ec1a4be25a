import { secondsChart, seriesKind, seriesLegend } from '../charts/index.ts';
import { SECOND_FIGURES, SECOND_PERCENTILES, type SecondFigure, secondPointsOf } from '../load/load-seconds.ts';
import { type Markup, markup } from '../markup.ts';
import type { LoadPage } from './load-page.ts';
import { foldedTable, line, table } from './table.ts';

/** Throughput, errors and the slowest answer, second by second; each chart's figures as a table too. */
export function loadSecondsSection(page: LoadPage): Markup {
  const { texts } = page;
  const figures = [...SECOND_FIGURES.flatMap((figure) => secondsFigure(figure, page)), ...percentileFigure(page)];
  if (figures.length === 0) return markup``;
  return markup`<section><h2>${texts.load.seconds.heading}</h2><div class="charts">${figures}</div></section>`;
}

/** Nothing where every second is zero. */
function secondsFigure(figure: SecondFigure, page: LoadPage): Markup[] {
  const { result, texts, format } = page;
  const points = secondPointsOf(result, figure);
  if (points.every(({ max }) => max === 0)) return [];
  const name = texts.load.seconds[figure.id];
  const series = [{ label: name, kind: 'after', points } as const];
  const chart = secondsChart({
    title: `${name}${texts.marks.colon}${texts.load.seconds.heading}`,
    series,
    secondName: texts.words.second,
    scale: figure.scale,
    write: format.plain,
  });
  const lines = points.map(({ second, mean, min, max }) => {
    return line(String(second), [format.quantity(mean), format.quantity(min), format.quantity(max)]);
  });
  const header = [texts.words.second, texts.figures.meanMs, texts.load.seconds.least, texts.load.seconds.most];
  const folded = foldedTable(texts.words.asTable, table(name, header, lines));
  return [markup`<figure><figcaption>${name}</figcaption>${chart}${folded}</figure>`];
}

/** P50, P95 and P99 of each second in one chart; nothing where no second has them. */
function percentileFigure({ result, texts, format }: LoadPage): Markup[] {
  const { seconds } = texts.load;
  const series = SECOND_PERCENTILES.map((figure, i) => ({
    label: texts.figures[`${figure.id}Ms` as 'p50Ms' | 'p95Ms' | 'p99Ms'],
    kind: seriesKind(i, SECOND_PERCENTILES.length),
    points: secondPointsOf(result, figure),
  }));
  const [first] = series;
  if (first === undefined || first.points.length === 0) return [];
  const title = `${seconds.percentiles}${texts.marks.colon}${seconds.heading}`;
  const chart = secondsChart({ title, series, secondName: texts.words.second, scale: 'log', write: format.plain });
  const lines = first.points.map(({ second }, i) =>
    line(
      String(second),
      series.map(({ points }) => format.quantity(points[i]?.mean ?? Number.NaN)),
    ),
  );
  const header = [texts.words.second, ...series.map(({ label }) => label)];
  const folded = foldedTable(texts.words.asTable, table(seconds.percentiles, header, lines));
  return [
    markup`<figure><figcaption>${seconds.percentiles}</figcaption>${seriesLegend(series)}${chart}${folded}</figure>`,
  ];
}
