import type { ProofResult } from '../../prove/index.ts';
import { alignGrid, gridFits, splitGrid } from '../grid.ts';
import { createNumberFormat, type NumberFormat, type SpreadNotation } from '../number-format.ts';
import { wrapText } from '../text-width.ts';
import type { Texts } from '../texts.ts';

/** What the tables of one result share. */
export interface TableContext {
  readonly result: ProofResult;
  readonly texts: Texts;
  readonly columns: number;
}

/** A line of a table; one of a single cell is a heading. */
export type GridLine = readonly string[];

const NOTATIONS: readonly SpreadNotation[] = ['range', 'percent'];

/**
 * A table under its heading, with the spreads written as fully as the width allows; where even the short form is too
 * wide, as several tables of fewer columns.
 */
export function fittedTable(
  { texts, columns }: TableContext,
  heading: string,
  build: (format: NumberFormat) => readonly GridLine[],
): string[] {
  const tables = NOTATIONS.map((notation) => ({
    notation,
    lines: build(createNumberFormat(texts, { spread: notation, brief: notation === 'percent' })),
  }));
  const { notation, lines } = tables.find((one) => gridFits(one.lines, columns)) ??
    tables.at(-1) ?? { notation: 'range', lines: [] };
  const title = `${heading}${texts.marks.clause}${texts.spreads[notation]}`;
  return [...wrapText(title, columns), ...fittedLines(lines, columns)];
}

/** One table, or several of fewer columns where it is too wide. */
export function fittedLines(lines: readonly GridLine[], columns: number): string[] {
  const parts = gridFits(lines, columns) ? [lines] : splitGrid(lines, columns);
  return parts.flatMap((part, i) => alignGrid(i === 0 || part[0]?.[0] === '' ? part : [[''], ...part], columns));
}
