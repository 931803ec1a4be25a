import { type ParseResult, parseSync } from 'oxc-parser';
import { readText } from './tree.ts';

/** One parsed file. */
export interface Source {
  readonly file: string;
  readonly text: string;
  readonly parsed: ParseResult;
  /** 1-based line of an offset. */
  lineAt(offset: number): number;
}

/** Parses one file of the tree; syntax errors are left to the compiler, which reports them better. */
export function parseFile(file: string): Source {
  const text = readText(file);
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return { file, text, parsed: parseSync(file, text), lineAt: (offset) => countUpTo(starts, offset) };
}

/** How many entries of an ascending list are at most `value`. */
function countUpTo(ascending: readonly number[], value: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ascending[middle] as number) <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}
