import type { AblationRow } from '../../prove/index.ts';
import { armLabels } from '../heading.ts';
import { localText } from '../local-text.ts';
import type { NumberFormat } from '../number-format.ts';
import { markedLabel } from '../verdict.ts';
import { fittedTable, type GridLine, type TableContext } from './table-context.ts';

/** What each switch costs, the costliest first. */
export function ablationTable(context: TableContext): string[] {
  const { result, texts } = context;
  const last = armLabels(result, texts).at(-1) ?? '';
  const header = ['', texts.words.switchedOn, last, texts.words.ratio, texts.words.verdict];
  const sorted = result.ablations.toSorted((one, other) => (other.ratio.value ?? 0) - (one.ratio.value ?? 0));
  return fittedTable(context, texts.headings.ablation, (format) => [
    header,
    ...sorted.flatMap((row) => switchLines(row, context, format)),
  ]);
}

function switchLines(
  { arm, row, figure, before, after, ratio, verdict }: AblationRow,
  { result, texts }: TableContext,
  format: NumberFormat,
): GridLine[] {
  const shown = result.rows.find(({ id }) => id === row)?.label ?? row;
  const where = `${localText(shown, texts)}${texts.marks.comma}${texts.figures[figure]}`;
  return [
    [markedLabel(result, arm, texts)],
    [`  ${where}`, format.figure(before), format.figure(after), format.ratio(ratio), texts.ablationVerdicts[verdict]],
  ];
}
