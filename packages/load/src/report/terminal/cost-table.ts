import type { CostRow } from '../../prove/index.ts';
import { armLabels, phaseLabel } from '../heading.ts';
import { localText } from '../local-text.ts';
import type { NumberFormat } from '../number-format.ts';
import { fittedTable, type GridLine, type TableContext } from './table-context.ts';

/** What a request costs in each phase, the arms side by side. */
export function costTable(context: TableContext): string[] {
  const { result, texts } = context;
  const labels = armLabels(result, texts);
  const header = ['', ...labels, ...labels.slice(0, -1).map((label) => `${label} ÷`)];
  const phases = [...new Set(result.costs.map(({ phase }) => phase))];
  return fittedTable(context, texts.headings.costs, (format) => [
    header,
    ...phases.flatMap((phase): GridLine[] => [
      [`${texts.words.phase}${texts.marks.colon}${phaseLabel(result, phase, texts)}`],
      ...result.costs.filter((row) => row.phase === phase).map((row) => costLine(row, context, format)),
    ]),
  ]);
}

function costLine({ label, unit, arms, ratios }: CostRow, { texts }: TableContext, format: NumberFormat): GridLine {
  const kind = unit === 'share' ? 'share' : 'quantity';
  const name = `  ${localText(label, texts)}${unit === 'ms' ? `${texts.marks.comma}${texts.words.ms}` : ''}`;
  const quotients = ratios.map((ratio) => (unit === 'share' ? '' : format.ratio(ratio)));
  return [name, ...arms.map((figure) => format.figure(figure, kind)), ...quotients];
}
