import { overviewChart, seriesLegend } from '../charts/index.ts';
import { localText } from '../local-text.ts';
import { type Markup, markup } from '../markup.ts';
import type { Page } from './page.ts';

/** All rows at one glance: mean and P95 of each arm. */
export function overviewSection(page: Page): Markup {
  const { result, texts, format, arms } = page;
  const rows = result.rows.map((row) => ({
    label: localText(row.label, texts),
    arms: arms.flatMap((arm, i) => {
      const times = row.arms[i]?.response;
      if (times === undefined) return [];
      const said = [times.meanMs, times.p95Ms].map((figure) => format.figure(figure));
      const text = `${texts.figures.meanMs} ${said[0]}${texts.marks.comma}${texts.figures.p95Ms} ${said[1]}`;
      return [{ ...arm, mean: times.meanMs.value, p95: times.p95Ms.value, text }];
    }),
  }));
  const { overview } = texts.headings;
  const chart = overviewChart({ title: overview, rows, timeName: texts.words.milliseconds, write: format.plain });
  return markup`<section><h2>${overview}</h2>${seriesLegend(arms)}${chart}</section>`;
}
