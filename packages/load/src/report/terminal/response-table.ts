import type { ArmFigures, TableRow, TimeFigures } from '../../prove/index.ts';
import { type LabelledBlock, labelBlocks } from '../grid.ts';
import { armLabels } from '../heading.ts';
import { ABSENT, createNumberFormat, type NumberFormat } from '../number-format.ts';
import { wrapText } from '../text-width.ts';
import type { Texts } from '../texts.ts';
import { invalidArms, markedRow } from '../verdict.ts';
import { fittedTable, type GridLine, type TableContext } from './table-context.ts';

const RESPONSE = ['meanMs', 'p50Ms', 'p95Ms', 'p99Ms'] as const;

/**
 * A block a row of the result, a line a figure, the arms side by side and behind them what each earlier arm's figure
 * is divided by the last one's. A line that says nothing is left out, and below the table it is said which.
 */
export function responseTable(context: TableContext): string[] {
  const { result, texts, columns } = context;
  const labels = armLabels(result, texts);
  const heading = `${texts.headings.response}${texts.marks.clause}${texts.dividedBy(labels.at(-1) ?? '')}`;
  const head = ['', ...labels, ...labels.slice(0, -1).map((label) => `${label} ÷`)];
  const table = fittedTable(context, heading, (format) => {
    const blocks = result.rows.map((row) => rowBlock(row, context, format));
    return labelBlocks(head, blocks, columns);
  });
  return [...table, ...leftOutLines(context).flatMap((line) => wrapText(line, columns))];
}

/** A row with an invalid run is marked, and so is the mean of the arm that the run is of. */
function rowBlock(row: TableRow, { result, texts }: TableContext, format: NumberFormat): LabelledBlock {
  const invalid = invalidArms(result, row);
  const marks = result.arms.map(({ id }) => (invalid.has(id) ? '! ' : ''));
  const shown = RESPONSE.filter((name) => !isLeftOut(row, name));
  const lines = shown.map((name) => responseLine(row, name, name === 'meanMs' ? marks : [], texts, format));
  return {
    label: markedRow(result, row, texts),
    lines: [...lines, ...errorsLine(row, texts, format), ...resentLine(row, texts, format)],
  };
}

/** A percentile that no arm has requests enough for; the mean always stands. */
function isLeftOut({ arms }: TableRow, name: keyof TimeFigures): boolean {
  return name !== 'meanMs' && arms.every(({ response }) => response[name].value === null);
}

function responseLine(
  row: TableRow,
  name: keyof TimeFigures,
  marks: readonly string[],
  texts: Texts,
  format: NumberFormat,
): GridLine {
  const figures = row.arms.map(({ response }, i) => `${marks[i] ?? ''}${format.figure(response[name])}`);
  return [texts.figures[name], ...figures, ...row.ratios.map((ratios) => format.ratio(ratios[name]))];
}

function hasErrorsLine({ arms }: TableRow): boolean {
  return arms.some(({ errors, requests, resent }) => errors > 0 || resent > 0 || requests === 0);
}

function errorsLine(row: TableRow, texts: Texts, format: NumberFormat): GridLine[] {
  if (!hasErrorsLine(row)) return [];
  return [[texts.words.requestErrors, ...row.arms.map((arm) => errorsCell(arm, format)), ...row.ratios.map(() => '')]];
}

function errorsCell({ errors, errorShare, requests }: ArmFigures, format: NumberFormat): string {
  if (requests === 0) return ABSENT;
  return `${format.count(errors)} (${format.share(errorShare.value ?? 0)})`;
}

/** Only where something was sent again. */
function resentLine({ arms, ratios }: TableRow, texts: Texts, format: NumberFormat): GridLine[] {
  if (arms.every(({ resent }) => resent === 0)) return [];
  const counts = arms.map(({ requests, resent }) => (requests === 0 ? ABSENT : format.count(resent)));
  return [[texts.words.resent, ...counts, ...ratios.map(() => '')]];
}

/** Which lines the table has not, and why. */
function leftOutLines({ result, texts }: TableContext): string[] {
  const { rows } = result;
  const { marks, words } = texts;
  const format = createNumberFormat(texts);
  const needs = RESPONSE.flatMap((name) => {
    const needed = rows
      .filter((row) => isLeftOut(row, name))
      .flatMap(({ arms }) => arms[0]?.response[name].needed ?? []);
    return needed.length === 0 ? [] : [texts.needsRequests(texts.figures[name], format.count(Math.max(...needed)))];
  });
  return [
    ...(needs.length === 0 ? [] : [`${words.leftOutFigures}${marks.colon}${needs.join(marks.comma)}${marks.stop}`]),
    ...(rows.every(hasErrorsLine) ? [] : [words.leftOutErrors]),
  ];
}
