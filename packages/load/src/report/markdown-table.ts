import type { ArmFigures, Figure, ProofResult, TableRow } from '../prove/index.ts';
import { provenance } from './heading.ts';
import { createNumberFormat, type NumberFormat } from './number-format.ts';
import type { RenderOptions } from './render-options.ts';
import { EN, type Texts } from './texts.ts';

const COLUMNS = ['meanMs', 'p50Ms', 'p95Ms', 'p99Ms'] as const;

/**
 * The before/after table for a README: a line a row, the arms' figures with their spread and the ratio in each cell,
 * and below it date, commit, machine, rounds and facts. Ends with a line break. Same result, same text.
 */
export function renderMarkdownTable(result: ProofResult, { texts = EN }: RenderOptions = {}): string {
  const format = createNumberFormat(texts);
  const { arms, rows } = result;
  const header = [
    escapeCell(`${arms.map(({ label }) => label).join(' → ')}, ${texts.words.ms}`),
    ...COLUMNS.map((name) => texts.figures[name]),
    texts.words.requestErrors,
  ];
  const lines = [header, header.map((_, i) => (i === 0 ? '---' : '--:')), ...rows.map((row) => rowCells(row, format))];
  return `${lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n')}\n\n${caption(result, texts)}\n`;
}

function rowCells(row: TableRow, format: NumberFormat): string[] {
  const times = COLUMNS.map((name) => {
    const change = changeOf(
      row.arms.map(({ response }) => response[name]),
      format,
    );
    const ratios = row.ratios.map((ratio) => ratio[name]);
    if (ratios.every(({ value }) => value === null)) return change;
    return `${change}<br>**${ratios.map((ratio) => format.ratio(ratio)).join(', ')}**`;
  });
  return [escapeCell(row.label), ...times, row.arms.map((arm) => errorsOf(arm, format)).join(' → ')];
}

function changeOf(figures: readonly Figure[], format: NumberFormat): string {
  const shown = figures.map((figure) => format.figure(figure));
  const alike = figures.every(({ value }) => value === null) && new Set(shown).size === 1;
  return alike ? (shown[0] ?? '') : shown.join(' → ');
}

function errorsOf({ errors, errorShare }: ArmFigures, format: NumberFormat): string {
  return errorShare.value === null ? '–' : `${format.count(errors)} (${format.share(errorShare.value)})`;
}

function caption(result: ProofResult, texts: Texts): string {
  const { clause, stop } = texts.marks;
  const facts = Object.entries(result.facts).map(([name, value]) => `${name}: ${value}`);
  const { invalid, runs } = result.validity;
  const validity = invalid.length === 0 ? texts.valid(runs) : texts.invalid(invalid.length, runs);
  const sentences = [
    `${[provenance(result, texts), ...facts].join(clause)}${stop}`,
    `${texts.headings.response}${stop}`,
    validity,
  ];
  return sentences.map(escapeCell).join('\n');
}

/** Nothing of a result may open a new cell or a tag. */
function escapeCell(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('|', '\\|').replaceAll(/\s+/g, ' ');
}
