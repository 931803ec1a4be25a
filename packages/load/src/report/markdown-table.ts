import type { ArmFigures, ProofResult, TableRow } from '../prove/index.ts';
import { armLabels, factEntries, provenance, tableCaption } from './heading.ts';
import { localText } from './local-text.ts';
import { ABSENT, createNumberFormat, type NumberFormat } from './number-format.ts';
import type { RenderOptions } from './render-options.ts';
import { EN, type Texts } from './texts.ts';
import { invalidArms } from './verdict.ts';

const FIGURES = ['meanMs', 'p95Ms'] as const;
const BREAK = '<br>';

/**
 * The before/after table for a README: a line a row, in its cells the mean, the P95 and the errors of each arm and
 * what they are divided by the last arm's; below it date, commit, machine, rounds and facts. Ends with a line break.
 * Same result, same text. All other figures stand in the HTML report.
 *
 * @example
 * ```ts
 * writeFileSync('RESULTS.md', renderMarkdownTable(JSON.parse(readFileSync('proof.json', 'utf8'))));
 * ```
 */
export function renderMarkdownTable(result: ProofResult, { texts = EN }: RenderOptions = {}): string {
  const format = createNumberFormat(texts);
  const labels = armLabels(result, texts);
  const last = labels.at(-1) ?? '';
  const header = ['', texts.words.ms, ...labels, ...labels.slice(0, -1).map((label) => `${label} ÷ ${last}`)];
  const lines = [
    header.map(escapeCell),
    header.map((_, i) => (i < 2 ? '---' : '--:')),
    ...result.rows.map((row) => rowCells(row, result, texts, format)),
  ];
  return `${lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n')}\n\n${caption(result, texts)}\n`;
}

function rowCells(row: TableRow, result: ProofResult, texts: Texts, format: NumberFormat): string[] {
  const mark = invalidArms(result, row).size > 0 ? '! ' : '';
  const names = [...FIGURES.map((name) => texts.figures[name]), texts.words.requestErrors];
  const arms = row.arms.map((arm) => [
    ...FIGURES.map((name) => format.figure(arm.response[name])),
    errorsOf(arm, format),
  ]);
  const ratios = row.ratios.map((ratio) => FIGURES.map((name) => format.ratio(ratio[name])));
  return [
    escapeCell(`${mark}${localText(row.label, texts)}`),
    names.join(BREAK),
    ...arms.map((cells) => cells.map(unbroken).join(BREAK)),
    ...ratios.map((cells) => cells.map((cell) => `**${unbroken(cell)}**`).join(BREAK)),
  ];
}

function errorsOf({ errors, errorShare }: ArmFigures, format: NumberFormat): string {
  return errorShare.value === null ? ABSENT : `${format.count(errors)} (${format.share(errorShare.value)})`;
}

/**
 * A figure and its spread stay on one line, so that the lines of neighbouring cells keep level: no break at a blank,
 * nor after a dash (a word joiner, U+2060, follows it).
 */
function unbroken(cell: string): string {
  return cell.replaceAll(' ', '\u00a0').replaceAll(/(?<=\d)–(?=\d)/g, '–\u2060');
}

function caption(result: ProofResult, texts: Texts): string {
  const { clause, colon, stop } = texts.marks;
  const facts = factEntries(result, texts).map(([name, value]) => `${name}${colon}${value}`);
  const { invalid, runs } = result.validity;
  const validity = invalid.length === 0 ? texts.valid(runs) : texts.invalid(invalid.length, runs);
  const sentences = [
    `${[provenance(result, texts), ...facts].join(clause)}${stop}`,
    `${texts.headings.response}${texts.marks.sentence}${tableCaption(texts)}`,
    validity,
  ];
  return sentences.map(escapeCell).join('\n');
}

/** Nothing of a result may open a new cell or a tag. */
function escapeCell(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('|', '\\|').replaceAll(/\s+/g, ' ');
}
