import { pipeline } from 'node:stream/promises';
import { hash } from '@node-rs/bcrypt';
import { type Clock, systemClock } from 'millrace/core';
import { Client } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { toCopyStream } from './copy-text.ts';
import { createDataSet } from './data-set.ts';
import { BCRYPT_COST, saltOf, userPassword } from './identity.ts';
import { PROFILES, type ProfileName, REFERENCE_NOW } from './profile.ts';
import type { TableRows } from './rows/table.ts';
import { createIndexes, createSchema } from './schema.ts';

export interface LoadProfileOptions {
  /** Equal seeds give equal rows; sessions begin at the time of loading. */
  readonly seed: number;
  /** Whether the indexes that are there for speed are created. */
  readonly indexes: boolean;
  /** The end of the loaded history, default `REFERENCE_NOW`. The service must count back from the same instant. */
  readonly referenceNow?: Date;
  /** Default: the machine's clock. */
  readonly clock?: Clock;
  /** Takes a line about each step. */
  readonly say?: (line: string) => void;
}

/** Fills an empty database with a profile's schema and rows, and leaves it analysed. All or nothing, but for the indexes. */
export async function loadProfile(url: string, profile: ProfileName, options: LoadProfileOptions): Promise<void> {
  const { seed, indexes, referenceNow = REFERENCE_NOW, clock = systemClock, say = () => {} } = options;
  const passwordHashes = await hashPasswords(seed);
  const loadedAt = new Date(clock.wallNow());
  const tables = createDataSet({ profile: PROFILES[profile], seed, referenceNow, loadedAt, passwordHashes });
  const client = new Client(url);
  await client.connect();
  try {
    await client.query('BEGIN');
    await createSchema(client);
    await skipForeignKeyChecks(client);
    for (const table of tables) say(`${table.table}: ${await copyTable(client, table)} rows`);
    await client.query('COMMIT');
    if (indexes) await createIndexes(client);
    await client.query('ANALYZE');
    say(indexes ? 'indexed and analysed' : 'analysed');
  } finally {
    await client.end();
  }
}

/** One hash a password, made side by side on the thread pool. */
async function hashPasswords(seed: number): Promise<ReadonlyMap<string, string>> {
  const passwords = new Set([0, 1, 2, 3].map(userPassword));
  const entries = [...passwords].map(async (password) => {
    return [password, await hash(password, { cost: BCRYPT_COST, salt: saltOf(password, seed) })] as const;
  });
  return new Map(await Promise.all(entries));
}

/**
 * The rows are consistent by construction (a test loads them with the checks on), and checking 600 k references one
 * by one takes longer than loading them. Only a superuser may switch it off; others load more slowly.
 */
async function skipForeignKeyChecks(client: Client): Promise<void> {
  const asked = await client.query<{ allowed: boolean }>(
    `SELECT has_parameter_privilege('session_replication_role', 'SET') AS allowed`,
  );
  if (asked.rows[0]?.allowed) await client.query('SET LOCAL session_replication_role = replica');
}

/** FREEZE: the rows are settled from the start, so no later reader of a clone writes hint bits. Needs the same transaction as the table's creation. */
async function copyTable(client: Client, { table, columns, rows, lastId }: TableRows): Promise<number> {
  const target = client.query(copyFrom(`COPY ${table} (${columns.join(', ')}) FROM STDIN WITH (FREEZE)`));
  await pipeline(toCopyStream(rows), target);
  if (lastId !== undefined) await client.query(`SELECT setval(pg_get_serial_sequence($1, 'id'), $2)`, [table, lastId]);
  return target.rowCount;
}
