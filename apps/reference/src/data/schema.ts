import { readFile } from 'node:fs/promises';
import type { ClientBase } from 'pg';

/** Creates the tables with their primary keys and unique constraints, in an empty database. */
export async function createSchema(client: ClientBase): Promise<void> {
  await client.query(await sql('schema.sql'));
}

/** Creates the indexes that are there for speed alone. The switch `db.no-index` goes without. */
export async function createIndexes(client: ClientBase): Promise<void> {
  await client.query(await sql('indexes.sql'));
}

function sql(file: string): Promise<string> {
  return readFile(new URL(file, import.meta.url), 'utf8');
}
