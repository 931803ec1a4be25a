import type { ArmFigures, ProofResult, TableRow } from '../prove/index.ts';
import { armLabels, factEntries, provenance, tableCaption } from './heading.ts';
import { localText } from './local-text.ts';
import { escapeCell } from './markdown-cell.ts';
import { ABSENT, createNumberFormat, type NumberFormat, type SpreadNotation } from './number-format.ts';
import { remarkLines } from './remark-text.ts';
import type { RenderOptions } from './render-options.ts';
import { EN, type Texts } from './texts.ts';
import { invalidArms, lossLines } from './verdict.ts';

const FIGURES = ['meanMs', 'p95Ms'] as const;
const BREAK = '<br>';
/** With more arms than this the table would be wider than the page, were the spreads written out. */
const ARMS_WITH_RANGES = 2;

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
  const spread = result.arms.length > ARMS_WITH_RANGES ? 'percent' : 'range';
  const format = createNumberFormat(texts, { spread });
  const labels = armLabels(result, texts);
  const last = labels.at(-1) ?? '';
  const header = ['', texts.words.ms, ...labels, ...labels.slice(0, -1).map((label) => `${label} ÷ ${last}`)];
  const lines = [
    header.map(escapeCell),
    header.map((_, i) => (i < 2 ? '---' : '--:')),
    ...result.rows.map((row) => rowCells(row, result, texts, format)),
  ];
  return `${lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n')}\n\n${caption(result, texts, spread)}\n`;
}

function rowCells(row: TableRow, result: ProofResult, texts: Texts, format: NumberFormat): string[] {
  const mark = invalidArms(result, row).size > 0 ? '! ' : '';
  const resent = row.arms.some((arm) => arm.resent > 0);
  const names = [
    ...FIGURES.map((name) => texts.figures[name]),
    texts.words.requestErrors,
    ...(resent ? [texts.words.resent] : []),
  ];
  const arms = row.arms.map((arm) => [
    ...FIGURES.map((name) => format.figure(arm.response[name])),
    errorsOf(arm, format),
    ...(resent ? [arm.requests === 0 ? ABSENT : format.count(arm.resent)] : []),
  ]);
  const level = names.slice(FIGURES.length).map(() => '&nbsp;');
  const ratios = row.ratios.map((ratio) => FIGURES.map((name) => format.ratio(ratio[name])));
  return [
    escapeCell(`${mark}${localText(row.label, texts)}`),
    names.map(unbroken).join(BREAK),
    ...arms.map((cells) => cells.map(unbroken).join(BREAK)),
    // Empty lines keep them level with the arms' cells, which say their errors too.
    ...ratios.map((cells) => [...cells.map((cell) => `**${unbroken(cell)}**`), ...level].join(BREAK)),
  ];
}

function errorsOf({ errors, errorShare }: ArmFigures, format: NumberFormat): string {
  return errorShare.value === null ? ABSENT : `${format.count(errors)} (${format.share(errorShare.value)})`;
}

/**
 * What stands on a line stays on it, so that the lines of neighbouring cells keep level: no break at a blank, nor after
 * a dash or beside a Chinese character (a word joiner, U+2060, stands there).
 */
function unbroken(line: string): string {
  return line
    .replaceAll(' ', '\u00a0')
    .replaceAll(/(?<=\d–)|(?<=\S)(?=\p{Script=Han})|(?<=\p{Script=Han})(?=\S)/gu, '\u2060');
}

function caption(result: ProofResult, texts: Texts, spread: SpreadNotation): string {
  const { clause, colon, stop } = texts.marks;
  const facts = factEntries(result, texts).map(([name, value]) => `${name}${colon}${value}`);
  const { invalid, runs } = result.validity;
  const validity = invalid.length === 0 ? texts.valid(runs) : texts.invalid(invalid.length, runs);
  const sentences = [
    `${[provenance(result, texts), ...facts].join(clause)}${stop}`,
    `${texts.headings.response}${texts.marks.sentence}${tableCaption(texts, spread)}`,
    ...lossLines(result, texts),
    validity,
    ...remarkLines(result, texts),
  ];
  return sentences.map(escapeCell).join('\n');
}
