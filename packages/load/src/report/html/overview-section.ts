import { type OverviewRow, overviewChart, seriesLegend } from '../charts/index.ts';
import { type Markup, markup } from '../markup.ts';
import { markedRow } from '../verdict.ts';
import type { Page } from './page.ts';

/** Fewer rows stand in one column. */
const ROWS_OF_TWO_COLUMNS = 4;

/** All rows at one glance: mean and P95 of each arm, in two columns under the same axis. */
export function overviewSection(page: Page): Markup {
  const { result, texts, format, arms } = page;
  const rows = result.rows.map((row) => ({
    label: markedRow(result, row, texts),
    arms: arms.flatMap((arm, i) => {
      const times = row.arms[i]?.response;
      if (times === undefined) return [];
      const said = [times.meanMs, times.p95Ms].map((figure) => format.figure(figure));
      const text = `${texts.figures.meanMs} ${said[0]}${texts.marks.comma}${texts.figures.p95Ms} ${said[1]}`;
      return [{ ...arm, mean: times.meanMs, p95: times.p95Ms, text }];
    }),
  }));
  const { overview } = texts.headings;
  const columns = halvesOf(rows).map((part) => {
    const title = `${overview}${texts.marks.colon}${part.map(({ label }) => label).join(texts.marks.clause)}`;
    const chart = overviewChart({
      title,
      rows: part,
      within: rows,
      timeName: texts.words.milliseconds,
      write: format.plain,
    });
    return markup`<figure>${chart}</figure>`;
  });
  const bounds = rows.some((row) => row.arms.some(({ mean, p95 }) => mean.bound !== 'exact' || p95.bound !== 'exact'));
  const note = bounds ? markup`<p class="legend">${texts.words.boundMark}</p>` : undefined;
  return markup`<section><h2>${overview}</h2>${seriesLegend(arms)}${note}<div class="charts">${columns}</div></section>`;
}

function halvesOf(rows: readonly OverviewRow[]): (readonly OverviewRow[])[] {
  const middle = Math.ceil(rows.length / 2);
  return rows.length < ROWS_OF_TWO_COLUMNS ? [rows] : [rows.slice(0, middle), rows.slice(middle)];
}
