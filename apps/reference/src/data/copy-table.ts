import { pipeline } from 'node:stream/promises';
import type { Client } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { toCopyStream } from './copy-text.ts';
import type { TableRows } from './rows/table.ts';

/**
 * Loads a table by COPY, sets its id sequence past the last row, and answers how many rows there were.
 * FREEZE marks the rows as settled from the start, so that no later reader of a clone writes hint bits; it asks for a
 * table that was created in the same transaction.
 */
export async function copyTable(client: Client, { table, columns, rows, lastId }: TableRows): Promise<number> {
  const target = client.query(copyFrom(`COPY ${table} (${columns.join(', ')}) FROM STDIN WITH (FREEZE)`));
  await pipeline(toCopyStream(rows), target);
  if (lastId !== undefined) await client.query(`SELECT setval(pg_get_serial_sequence($1, 'id'), $2)`, [table, lastId]);
  return target.rowCount;
}
