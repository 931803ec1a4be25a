import { textWidth } from './text-width.ts';

/** Lines of cells as aligned text: the first column to the left, the others to the right. */
export function alignGrid(lines: readonly (readonly string[])[]): string[] {
  const widths: number[] = [];
  for (const cells of lines) {
    for (const [i, cell] of cells.entries()) widths[i] = Math.max(widths[i] ?? 0, cellWidth(cells, cell));
  }
  return lines.map((cells) => {
    const padded = cells.map((cell, i) => (i === 0 ? padEnd(cell, widths[i] ?? 0) : padStart(cell, widths[i] ?? 0)));
    return padded.join('  ').trimEnd();
  });
}

/** A line of one cell is a heading: it does not widen the first column. */
function cellWidth(cells: readonly string[], cell: string): number {
  return cells.length === 1 ? 0 : textWidth(cell);
}

function padEnd(cell: string, width: number): string {
  return cell + ' '.repeat(Math.max(0, width - textWidth(cell)));
}

function padStart(cell: string, width: number): string {
  return ' '.repeat(Math.max(0, width - textWidth(cell))) + cell;
}
