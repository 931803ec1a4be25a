import type { CostRow, Figure } from '../../prove/index.ts';
import { cellBar, type SeriesKind } from '../charts/index.ts';
import { phaseLabel, tableCaption } from '../heading.ts';
import { localText } from '../local-text.ts';
import { type Markup, markup } from '../markup.ts';
import type { Page } from './page.ts';
import { groupHead, line, table } from './table.ts';

/** What a request costs in each phase: the arms side by side, a bar below each figure. */
export function costSection(page: Page): Markup {
  const { result, texts, arms, last } = page;
  if (result.costs.length === 0) return markup``;
  // An ablation has too many arms for a column of quotients each.
  const quotients = result.kind === 'proof' ? arms.slice(0, -1).map(({ label }) => `${label} ÷ ${last}`) : [];
  const header = [texts.words.cost, ...arms.map(({ label }) => label), ...quotients];
  const phases = [...new Set(result.costs.map(({ phase }) => phase))];
  const lines = phases.flatMap((phase) => [
    groupHead(`${texts.words.phase}${texts.marks.colon}${phaseLabel(result, phase, texts)}`, header.length),
    ...result.costs.filter((row) => row.phase === phase).map((row) => costLine(row, page)),
  ]);
  return markup`<section><h2>${texts.headings.costs}</h2>${table(tableCaption(texts), header, lines)}</section>`;
}

function costLine(row: CostRow, { result, texts, format, arms }: Page): Markup {
  const unit = row.unit === 'share' ? 'share' : 'quantity';
  const largest = Math.max(...row.arms.map(({ value }) => value ?? 0));
  const figures = row.arms.map((figure, i) =>
    figureCell(figure, arms[i]?.kind ?? 'after', largest, format.figure(figure, unit)),
  );
  const compared = result.kind === 'proof' ? row.ratios : [];
  const ratios = compared.map((ratio) => (row.unit === 'share' ? '' : format.ratio(ratio)));
  const name = `${localText(row.label, texts)}${row.unit === 'ms' ? `${texts.marks.comma}${texts.words.ms}` : ''}`;
  return line(name, [...figures, ...ratios]);
}

function figureCell({ value }: Figure, kind: SeriesKind, largest: number, written: string): Markup {
  const [, figure = written, bracket] = /^(.+) (\(.+\)|\[.+\])$/.exec(written) ?? [];
  const below = bracket === undefined ? undefined : markup` <small>${bracket}</small>`;
  return markup`${figure}${cellBar(kind, value, largest)}${below}`;
}
