import type { CapacityRow } from '../../prove/index.ts';
import { capacityText, sloText } from '../capacity-text.ts';
import { armLabel, armLabels } from '../heading.ts';
import { localText } from '../local-text.ts';
import { createNumberFormat } from '../number-format.ts';
import { fittedLines, type GridLine, type TableContext } from './table-context.ts';

/** The capacity of each arm, and how many times it the last arm serves. */
export function capacityTable(context: TableContext): string[] {
  const { result, texts, columns } = context;
  const lines = result.capacity.flatMap((row) => capacityBlock(row, context));
  return fittedLines([[texts.headings.capacity], ...lines], columns);
}

function capacityBlock(row: CapacityRow, { result, texts }: TableContext): GridLine[] {
  const format = createNumberFormat(texts);
  const last = armLabels(result, texts).at(-1) ?? '';
  const lines = row.arms.map((arm, i): GridLine => {
    const ratio = row.ratios[i];
    const quotient = ratio === undefined ? '' : `${last} ${format.ratio(ratio)}`;
    return [`  ${armLabel(result, arm.arm, texts)}`, capacityText(arm, texts, format), quotient];
  });
  return [[localText(row.label, texts)], [`  ${sloText(row, texts, format)}`], ...lines];
}
