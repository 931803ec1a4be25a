import type { ProofResult } from '../prove/index.ts';
import { alignGrid } from './grid.ts';
import { armLabel, factLine, provenance } from './heading.ts';
import { remarkLines } from './remark-text.ts';
import type { TerminalOptions } from './render-options.ts';
import { ablationTable } from './terminal/ablation-table.ts';
import { capacityTable } from './terminal/capacity-table.ts';
import { costTable } from './terminal/cost-table.ts';
import { detailTables } from './terminal/detail-table.ts';
import { responseTable } from './terminal/response-table.ts';
import type { TableContext } from './terminal/table-context.ts';
import { wrapText } from './text-width.ts';
import { EN } from './texts.ts';
import { invalidRunLines, verdictOf } from './verdict.ts';

const LEAST_COLUMNS = 40;
const DEFAULT_COLUMNS = 100;

/**
 * The whole result as plain text: the verdict, response times, costs, on demand the details, why a run is invalid. Lines are as wide as
 * the terminal allows and end without blanks; no colour.
 *
 * @example
 * ```ts
 * process.stdout.write(renderTerminalTable(result, { texts: EN, columns: process.stdout.columns }));
 * ```
 */
export function renderTerminalTable(
  result: ProofResult,
  { texts = EN, columns = DEFAULT_COLUMNS, details = false }: TerminalOptions = {},
): string {
  const context = { result, texts, columns: Math.max(LEAST_COLUMNS, columns) };
  const head = [
    `${texts.title} · ${result.name}`,
    ...verdictOf(result, texts).lines,
    ...(result.validity.invalid.length > 0 ? [texts.words.invalidMark] : []),
  ];
  const where = [`${provenance(result, texts)}${texts.marks.stop}`, factLine(result, texts)].filter(Boolean);
  const parts = [
    wrap(head, context),
    wrap(where, context),
    ...tables(context, details),
    wrap(reasons(context), context),
  ];
  return `${parts
    .filter(({ length }) => length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function tables(context: TableContext, details: boolean): string[][] {
  const { result, texts } = context;
  if (result.digests.mismatches.length > 0) return [mismatchTable(context)];
  if (result.rows.length === 0) return [];
  const rows = result.kind === 'ablation' ? ablationTable(context) : responseTable(context);
  const costs = result.kind === 'ablation' || result.costs.length === 0 ? [] : costTable(context);
  const capacity = result.capacity.length === 0 ? [] : capacityTable(context);
  const remarks = wrap(remarkLines(result, texts), context);
  return [rows, remarks, capacity, costs, ...lastLines(context, details)];
}

/** An ablation has no more than its tables, here and in the report. */
function lastLines(context: TableContext, details: boolean): string[][] {
  const { labels, moreInReport } = context.texts.words;
  if (context.result.kind === 'ablation') return [wrap([labels], context)];
  return details ? [...detailTables(context), wrap([labels], context)] : [wrap([labels, moreInReport], context)];
}

function wrap(lines: readonly string[], { columns }: TableContext): string[] {
  return lines.flatMap((line) => wrapText(line, columns));
}

function reasons({ result, texts }: TableContext): string[] {
  const lines = invalidRunLines(result, texts);
  return lines.length === 0 ? [] : [texts.headings.validity, ...lines.map((line) => `  ! ${line}`)];
}

function mismatchTable({ result, texts, columns }: TableContext): string[] {
  const blocks = result.digests.mismatches.flatMap(({ request, path, before, after, beforeArm, afterArm }) => [
    [`${request} · ${path}`],
    [`  ${armLabel(result, beforeArm, texts)}${texts.marks.colon}${before}`],
    [`  ${armLabel(result, afterArm, texts)}${texts.marks.colon}${after}`],
  ]);
  return alignGrid([[texts.headings.digests], ...blocks], columns);
}
