import type { AblationRow } from '../../prove/index.ts';
import { type AblationBar, ablationChart } from '../charts/index.ts';
import { tableCaption } from '../heading.ts';
import { localText } from '../local-text.ts';
import { type Markup, markup } from '../markup.ts';
import { markedLabel } from '../verdict.ts';
import type { Page } from './page.ts';
import { line, table } from './table.ts';

/** What each switch costs: chart and table, the costliest first. */
export function ablationSection(page: Page): Markup {
  const { result, texts, format, last } = page;
  if (result.ablations.length === 0) return markup``;
  const sorted = result.ablations.toSorted((one, other) => (other.ratio.value ?? 0) - (one.ratio.value ?? 0));
  const chart = ablationChart({
    title: texts.headings.ablation,
    bars: sorted.map((row) => barOf(row, page)),
    axisName: texts.words.ablationAxis,
    write: (ratio) => `×${format.plain(ratio)}`,
  });
  const words = texts.words;
  const header = [words.switch, words.switchedOn, last, words.ratio, words.verdict];
  const lines = sorted.map((row) =>
    line(markup`${markedLabel(result, row.arm, texts)} <small>${shownIn(row, page)}</small>`, [
      format.figure(row.before),
      format.figure(row.after),
      format.ratio(row.ratio),
      texts.ablationVerdicts[row.verdict],
    ]),
  );
  return markup`<section><h2>${texts.headings.ablation}</h2>${chart}${table(tableCaption(texts), header, lines)}</section>`;
}

const STYLES: Readonly<Record<AblationRow['verdict'], AblationBar['style']>> = {
  slower: 'told',
  faster: 'told',
  'no-difference': 'alike',
  unknown: 'unknown',
};

function barOf(row: AblationRow, page: Page): AblationBar {
  const { result, texts, format } = page;
  const verdict = row.verdict === 'slower' ? '' : ` · ${texts.ablationVerdicts[row.verdict]}`;
  return {
    label: markedLabel(result, row.arm, texts),
    ratio: row.ratio.value,
    spread: row.ratio.spread,
    style: STYLES[row.verdict],
    text: `${format.ratio(row.ratio)}${verdict}`,
  };
}

/** The row and its figure that show the cost. */
function shownIn({ row, figure }: AblationRow, { result, texts }: Page): string {
  const label = localText(result.rows.find(({ id }) => id === row)?.label ?? row, texts);
  return `${label}${texts.marks.comma}${texts.figures[figure]}`;
}
