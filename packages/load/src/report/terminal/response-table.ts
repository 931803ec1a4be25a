import type { ArmFigures, GradeShares, TableRow, TimeFigures } from '../../prove/index.ts';
import { armLabels } from '../heading.ts';
import { localText } from '../local-text.ts';
import { ABSENT, type NumberFormat } from '../number-format.ts';
import { wrapText } from '../text-width.ts';
import { invalidArms } from '../verdict.ts';
import { fittedTable, type GridLine, type TableContext } from './table-context.ts';

const RESPONSE = ['meanMs', 'p50Ms', 'p95Ms', 'p99Ms'] as const;
/** The first that an arm has samples enough for is shown. */
const DETAILS = ['p99Ms', 'p95Ms', 'p50Ms'] as const;
const GRADES: readonly (keyof GradeShares)[] = ['excellent', 'good', 'acceptable', 'needsWork', 'failed'];

/**
 * A block a row of the result, a line a figure, the arms side by side and behind them what each earlier arm's figure
 * is divided by the last one's. A row or an arm with an invalid run is marked.
 */
export function responseTable(context: TableContext): string[] {
  const { result, texts, columns } = context;
  const heading = `${texts.headings.response}${texts.marks.clause}${texts.dividedBy(armLabels(result, texts).at(-1) ?? '')}`;
  const grades = GRADES.map((grade) => texts.grades[grade]).join(' / ');
  const table = fittedTable(context, heading, (format) =>
    result.rows.flatMap((row) => [[''], ...rowBlock(row, context, format)]),
  );
  const [title = [], body = []] = [table.slice(0, table.indexOf('')), table.slice(table.indexOf(''))];
  return [...title, ...wrapText(`${texts.words.gradesInPercent}${texts.marks.colon}${grades}`, columns), ...body];
}

function rowBlock(row: TableRow, context: TableContext, format: NumberFormat): GridLine[] {
  const { result, texts } = context;
  const labels = armLabels(result, texts);
  const invalid = invalidArms(result, row);
  const heads = labels.map((label, i) => (invalid.has(result.arms[i]?.id ?? '') ? `! ${label}` : label));
  const noRatios = row.ratios.map(() => '');
  return [
    [`${invalid.size > 0 ? '! ' : ''}${localText(row.label, texts)}`],
    ['', ...heads, ...labels.slice(0, -1).map((label) => `${label} ÷`)],
    ...RESPONSE.map((name) => responseLine(row, name, context, format)),
    [`  ${texts.words.requestErrors}`, ...row.arms.map((arm) => errorsCell(arm, format)), ...noRatios],
    ...resentLine(row, context, format),
    [`  ${texts.words.gradesInPercent}`, ...row.arms.map((arm) => gradesCell(arm)), ...noRatios],
    ...detailLine(row, 'service', context, format),
    ...detailLine(row, 'sendLag', context, format),
    ...detailLine(row, 'scheduleLag', context, format),
  ];
}

function responseLine(row: TableRow, name: keyof TimeFigures, { texts }: TableContext, format: NumberFormat): GridLine {
  const figures = row.arms.map(({ response }) => format.figure(response[name]));
  return [`  ${texts.figures[name]}`, ...figures, ...row.ratios.map((ratios) => format.ratio(ratios[name]))];
}

/** The highest percentile that can be said; nothing when there is none. */
function detailLine(
  row: TableRow,
  part: 'service' | 'sendLag' | 'scheduleLag',
  { texts }: TableContext,
  format: NumberFormat,
): GridLine[] {
  const name = DETAILS.find((one) => row.arms.some((arm) => arm[part][one].value !== null));
  if (name === undefined) return [];
  const figures = row.arms.map((arm) => format.figure(arm[part][name]));
  return [[`  ${texts.words[part]} ${texts.figures[name]}`, ...figures, ...row.ratios.map(() => '')]];
}

function errorsCell({ errors, errorShare, requests }: ArmFigures, format: NumberFormat): string {
  if (requests === 0) return ABSENT;
  return `${format.count(errors)} (${format.share(errorShare.value ?? 0)})`;
}

/** Only where something was sent again. */
function resentLine({ arms, ratios }: TableRow, { texts }: TableContext, format: NumberFormat): GridLine[] {
  if (arms.every(({ resent }) => resent === 0)) return [];
  const counts = arms.map(({ requests, resent }) => (requests === 0 ? ABSENT : format.count(resent)));
  return [[`  ${texts.words.resent}`, ...counts, ...ratios.map(() => '')]];
}

/** In whole percents: `99/<1/0/0/0`. */
function gradesCell({ grades, requests }: ArmFigures): string {
  if (grades === null || requests === 0) return ABSENT;
  return GRADES.map((grade) => wholePercent(grades[grade])).join('/');
}

function wholePercent(share: number): string {
  const percent = Math.round(share * 100);
  if (share > 0 && percent === 0) return '<1';
  return share < 1 && percent === 100 ? '>99' : String(percent);
}
