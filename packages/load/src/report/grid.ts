import { textWidth, wrapText } from './text-width.ts';

const GAP = '  ';
const LEAST_LABEL_COLUMN = 18;
const LEAST_FIRST_COLUMN = 12;
/** A first column that is wider is rather wrapped than that the others are written shorter. */
const WRAPPED_FIRST_COLUMN = 17;

/**
 * Lines of cells as aligned text: the first column to the left, the others to the right.
 * @param columns how wide a line may be: the cells of the first column are wrapped to leave room for the others.
 */
export function alignGrid(lines: readonly (readonly string[])[], columns: number = Number.POSITIVE_INFINITY): string[] {
  const widths = columnWidths(lines);
  const others = widths.slice(1).reduce((sum, width) => sum + GAP.length + width, 0);
  const first = Math.min(widths[0] ?? 0, Math.max(LEAST_FIRST_COLUMN, columns - others));
  return lines.flatMap((cells) => {
    const [head = '', ...rest] = cells;
    if (rest.length === 0) return wrapText(head, columns);
    const wrapped = wrapText(head, first);
    const padded = rest.map((cell, i) => padStart(cell, widths[i + 1] ?? 0));
    const last = [padEnd(wrapped.at(-1) ?? '', first), ...padded].join(GAP).trimEnd();
    return [...wrapped.slice(0, -1), last];
  });
}

/**
 * Several tables in place of one that is too wide: each with the first column and some of the others, as few tables as
 * possible and these as even as possible. A column wider than the terminal has a table to itself.
 */
export function splitGrid(lines: readonly (readonly string[])[], columns: number): string[][][] {
  const [widest = 0, ...others] = columnWidths(lines);
  const first = Math.min(widest, Math.max(LEAST_FIRST_COLUMN, columns - GAP.length - Math.max(0, ...others)));
  const fewest = groupColumns(others, columns - first, others.length);
  const even = groupColumns(others, columns - first, Math.ceil(others.length / fewest.length));
  const groups = even.length === fewest.length ? even : fewest;
  return groups.map((group) =>
    lines
      .map((cells) => (cells.length > 1 ? [cells[0] ?? '', ...group.map((i) => cells[i + 1] ?? '')] : [...cells]))
      .filter(([, ...rest]) => rest.length === 0 || rest.some((cell) => cell !== '')),
  );
}

/** Neighbouring columns that fit into a room together, at most so many. */
function groupColumns(widths: readonly number[], room: number, most: number): number[][] {
  const groups: number[][] = [];
  let left = 0;
  for (const [i, width] of widths.entries()) {
    const group = groups.at(-1);
    left -= GAP.length + width;
    if (group !== undefined && left >= 0 && group.length < most) group.push(i);
    else {
      groups.push([i]);
      left = room - GAP.length - width;
    }
  }
  return groups;
}

/** Lines of a grid that share a label. */
export interface LabelledBlock {
  readonly label: string;
  /** The first cell is the name of a line. */
  readonly lines: readonly (readonly string[])[];
}

/**
 * One grid of several blocks: the label of each, wrapped, beside the names of its lines in the first column; above them
 * where the other columns leave too little room.
 */
export function labelBlocks(head: readonly string[], blocks: readonly LabelledBlock[], columns: number): string[][] {
  return besideLabels(head, blocks, columns) ?? [[...head], ...blocks.flatMap(belowLabel)];
}

function belowLabel({ label, lines }: LabelledBlock): string[][] {
  return [[label], ...lines.map(([name = '', ...cells]) => [`  ${name}`, ...cells])];
}

function besideLabels(
  head: readonly string[],
  blocks: readonly LabelledBlock[],
  columns: number,
): string[][] | undefined {
  const widths = columnWidths([head, ...blocks.flatMap(({ lines }) => lines)]);
  const room = columns - widths.reduce((sum, width) => sum + GAP.length + width, 0);
  const widest = Math.max(0, ...blocks.map(({ label }) => textWidth(label)));
  if (room < Math.min(LEAST_LABEL_COLUMN, widest)) return undefined;
  const width = Math.min(room, widest);
  const first = (label: string, name: string): string => `${padEnd(label, width)}${GAP}${padEnd(name, widths[0] ?? 0)}`;
  const rows = blocks.flatMap(({ label, lines }) => {
    const wrapped = wrapText(label, width);
    const named = lines.map(([name = '', ...cells], i) => [first(wrapped[i] ?? '', name), ...cells]);
    return [...named, ...wrapped.slice(lines.length).map((rest) => [rest])];
  });
  return [[first('', head[0] ?? ''), ...head.slice(1)], ...rows];
}

/** Whether lines fit side by side, their first column wrapped if need be. */
export function gridFits(lines: readonly (readonly string[])[], columns: number): boolean {
  const [first = 0, ...others] = columnWidths(lines);
  return others.reduce((sum, width) => sum + GAP.length + width, Math.min(first, WRAPPED_FIRST_COLUMN)) <= columns;
}

/** A line of one cell is a heading: it does not widen the first column. */
function columnWidths(lines: readonly (readonly string[])[]): number[] {
  const widths: number[] = [];
  for (const cells of lines.filter(({ length }) => length > 1)) {
    for (const [i, cell] of cells.entries()) widths[i] = Math.max(widths[i] ?? 0, textWidth(cell));
  }
  return widths;
}

function padEnd(cell: string, width: number): string {
  return cell + ' '.repeat(Math.max(0, width - textWidth(cell)));
}

function padStart(cell: string, width: number): string {
  return ' '.repeat(Math.max(0, width - textWidth(cell))) + cell;
}
