import { secondsChart } from '../charts/index.ts';
import { SECOND_FIGURES, type SecondFigure, secondPointsOf } from '../load/load-seconds.ts';
import { type Markup, markup } from '../markup.ts';
import type { LoadPage } from './load-page.ts';
import { foldedTable, line, table } from './table.ts';

/** Throughput, errors and the slowest answer, second by second; each chart's figures as a table too. */
export function loadSecondsSection(page: LoadPage): Markup {
  const { texts } = page;
  const figures = SECOND_FIGURES.flatMap((figure) => secondsFigure(figure, page));
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
