import type { ArmFigures, GradeShares, TableRow } from '../../prove/index.ts';
import { armLabels } from '../heading.ts';
import { localText } from '../local-text.ts';
import { ABSENT, createNumberFormat, type NumberFormat } from '../number-format.ts';
import { wrapText } from '../text-width.ts';
import type { Texts } from '../texts.ts';
import { fittedLines, type GridLine, type TableContext } from './table-context.ts';

/** The first that an arm has samples enough for is shown. */
const PERCENTILES = ['p99Ms', 'p95Ms', 'p50Ms'] as const;
const PARTS = ['service', 'sendLag', 'scheduleLag'] as const;
const GRADES: readonly (keyof GradeShares)[] = ['excellent', 'good', 'acceptable', 'needsWork', 'failed'];

/** One compact table each of the grades, the service times and the lags: a line a row of the result. */
export function detailTables({ result, texts, columns }: TableContext): string[][] {
  const { marks, words } = texts;
  const format = createNumberFormat(texts, { spread: 'percent', brief: true });
  const head = ['', ...armLabels(result, texts)];
  const grades = GRADES.map((grade) => texts.grades[grade]).join(' / ');
  const gradeLines = result.rows.map((row) => [localText(row.label, texts), ...row.arms.map(gradesCell)]);
  const times = PARTS.map((part) => {
    const lines = result.rows.flatMap((row) => timeLine(row, part, texts, format));
    return lines.length === 0
      ? []
      : fittedLines([[`${words[part]}${marks.comma}${words.ms}`, ...head.slice(1)], ...lines], columns);
  });
  return [
    [
      ...wrapText(`${words.gradesInPercent}${marks.colon}${grades}`, columns),
      ...fittedLines([head, ...gradeLines], columns),
    ],
    ...times,
    wrapText(texts.headings.service, columns),
  ];
}

/** The highest percentile that can be said; nothing when there is none. */
function timeLine(row: TableRow, part: (typeof PARTS)[number], texts: Texts, format: NumberFormat): GridLine[] {
  const name = PERCENTILES.find((one) => row.arms.some((arm) => arm[part][one].value !== null));
  if (name === undefined) return [];
  const label = `${localText(row.label, texts)}${texts.marks.comma}${texts.figures[name]}`;
  return [[label, ...row.arms.map((arm) => format.figure(arm[part][name]))]];
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
