import type { CopyValue } from '../copy-text.ts';

/** The rows of one table, in the order in which they are loaded. Iterating again gives the same rows again. */
export interface TableRows {
  readonly table: string;
  readonly columns: readonly string[];
  readonly rows: Iterable<readonly CopyValue[]>;
  /** The highest id given out; absent where ids are not counted up. */
  readonly lastId?: number;
}

/** A table whose rows are made by `generate`, afresh for each iteration. */
export function tableOf(
  table: string,
  columns: readonly string[],
  generate: () => Generator<readonly CopyValue[]>,
  lastId?: number,
): TableRows {
  const rows = { [Symbol.iterator]: generate };
  return lastId === undefined ? { table, columns, rows } : { table, columns, rows, lastId };
}
