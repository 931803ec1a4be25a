import type { CostRow } from '../../prove/index.ts';
import { labelBlocks } from '../grid.ts';
import { armLabels, phaseLabel } from '../heading.ts';
import { localText } from '../local-text.ts';
import type { NumberFormat } from '../number-format.ts';
import { wrapText } from '../text-width.ts';
import type { Texts } from '../texts.ts';
import { fittedTable, type GridLine, type TableContext } from './table-context.ts';

/** What a request costs, each cost in its phases, the arms side by side; below it, what is 0 or skipped in every arm. */
export function costTable(context: TableContext): string[] {
  const { result, texts, columns } = context;
  const { words } = texts;
  const labels = armLabels(result, texts);
  const head = ['', ...labels, ...labels.slice(0, -1).map((label) => `${label} ÷`)];
  const shown = result.costs.filter((row) => !isZero(row) && !isSkipped(row));
  const costs = Map.groupBy(shown, (row) => costLabel(row, texts));
  const table = fittedTable(context, texts.headings.costs, (format) => {
    const blocks = [...costs].map(([label, rows]) => ({
      label,
      lines: rows.map((row) => costLine(row, context, format)),
    }));
    return labelBlocks(head, blocks, columns);
  });
  const leftOut = [
    ...leftOutLine(words.inEveryArm, result.costs.filter(isZero), context),
    ...leftOutLine(words.skippedInEveryArm, result.costs.filter(isSkipped), context),
  ];
  return [...(shown.length === 0 ? [texts.headings.costs] : table), ...leftOut].flatMap((line) =>
    wrapText(line, columns),
  );
}

/** In every round of every arm. */
function isZero({ arms }: CostRow): boolean {
  return arms.every(({ value, bound, spread }) => value === 0 && bound === 'exact' && (spread?.max ?? 0) === 0);
}

function isSkipped({ arms }: CostRow): boolean {
  return arms.every(({ value }) => value === null);
}

/** Each cost once, with its phases. */
function leftOutLine(reason: string, rows: readonly CostRow[], { result, texts }: TableContext): string[] {
  const { clause, colon, stop } = texts.marks;
  const phases = Map.groupBy(rows, (row) => costLabel(row, texts));
  const said = [...phases].map(([label, found]) => {
    return texts.inPhases(label, found.map(({ phase }) => phaseLabel(result, phase, texts)).join(texts.marks.comma));
  });
  return said.length === 0 ? [] : [`${reason}${colon}${said.join(clause)}${stop}`];
}

function costLabel({ label, unit }: CostRow, texts: Texts): string {
  return `${localText(label, texts)}${unit === 'ms' ? `${texts.marks.comma}${texts.words.ms}` : ''}`;
}

function costLine(
  { phase, unit, arms, ratios }: CostRow,
  { result, texts }: TableContext,
  format: NumberFormat,
): GridLine {
  const kind = unit === 'share' ? 'share' : 'quantity';
  const quotients = ratios.map((ratio) => (unit === 'share' ? '' : format.ratio(ratio)));
  return [phaseLabel(result, phase, texts), ...arms.map((figure) => format.figure(figure, kind)), ...quotients];
}
