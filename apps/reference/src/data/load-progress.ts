import type { TableRows } from './rows/table.ts';

const STEP = 500_000;

/** The same rows, with a line for every half million of them that were taken. */
export function sayProgress(table: TableRows, say: (line: string) => void): TableRows {
  const of = table.lastId === undefined ? '' : ` of ${table.lastId.toLocaleString('en')}`;
  function* counted() {
    let taken = 0;
    for (const row of table.rows) {
      yield row;
      if (++taken % STEP === 0) say(`${table.table}: ${taken.toLocaleString('en')}${of} rows`);
    }
  }
  return { ...table, rows: { [Symbol.iterator]: counted } };
}
