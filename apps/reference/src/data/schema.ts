import { readFile } from 'node:fs/promises';
import type { ClientBase } from 'pg';

/**
 * Which indexes a database has beside those of its tables: `none` (the switch `db.no-index`), `keys`, one on each
 * foreign key (`db.key-indexes-only`), or `all`, those that the queries ask for.
 */
export type IndexSet = 'none' | 'keys' | 'all';

const INDEX_FILES: Readonly<Record<Exclude<IndexSet, 'none'>, string>> = {
  keys: 'key-indexes.sql',
  all: 'indexes.sql',
};

/** The index set that a service with these switches runs on. */
export function indexSetOf(switches: ReadonlySet<string>): IndexSet {
  if (switches.has('db.no-index')) return 'none';
  return switches.has('db.key-indexes-only') ? 'keys' : 'all';
}

/** Whether a service with these switches runs on totals that the database keeps. */
export function keepsTotals(switches: ReadonlySet<string>): boolean {
  return !switches.has('db.no-totals');
}

/** Creates the tables with their primary keys and unique constraints, in an empty database. */
export async function createSchema(client: ClientBase): Promise<void> {
  await client.query(await sql('schema.sql'));
}

/** Creates the indexes that every database begins with. */
export async function createBaseIndexes(client: ClientBase): Promise<void> {
  await client.query(await sql('base-indexes.sql'));
}

/** Makes them those of the index set. */
export async function createIndexes(client: ClientBase, indexes: IndexSet): Promise<void> {
  if (indexes !== 'none') await client.query(await sql(INDEX_FILES[indexes]));
}

/** Counts the signals that are there, and makes the database count those that come. */
export async function createTotals(client: ClientBase): Promise<void> {
  await client.query(await sql('totals.sql'));
}

/** Takes the totals away, if they are there. */
export async function dropTotals(client: ClientBase): Promise<void> {
  await client.query(await sql('no-totals.sql'));
}

function sql(file: string): Promise<string> {
  return readFile(new URL(file, import.meta.url), 'utf8');
}
