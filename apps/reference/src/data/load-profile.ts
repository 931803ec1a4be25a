import { hash } from '@node-rs/bcrypt';
import { type Clock, systemClock } from 'millrace/core';
import type { Client } from 'pg';
import { PASSWORD_COST } from '../ports/index.ts';
import { withClient } from './connection.ts';
import { copyTable } from './copy-table.ts';
import { createDataSet } from './data-set.ts';
import { allPasswords, saltOf } from './identity.ts';
import { sayProgress } from './load-progress.ts';
import { PROFILES, type ProfileName, REFERENCE_NOW } from './profile.ts';
import type { TableRows } from './rows/table.ts';
import { createBaseIndexes, createIndexes, createSchema, createTotals, type IndexSet } from './schema.ts';

export interface LoadProfileOptions {
  /** Equal seeds give equal rows, but for the sessions' times, which begin at the time of loading. */
  readonly seed: number;
  /** Which indexes are created beside those of the tables. */
  readonly indexes: IndexSet;
  /** The end of the loaded history, default `REFERENCE_NOW`. The service must count back from the same instant. */
  readonly referenceNow?: Date;
  /** Default: the machine's clock. */
  readonly clock?: Clock;
  /** Takes a line about each step. */
  readonly say?: (line: string) => void;
}

/** Fills an empty database with a profile's tables and rows, and leaves it analysed. A load that fails leaves no table. */
export async function loadProfile(url: string, profile: ProfileName, options: LoadProfileOptions): Promise<void> {
  const { seed, indexes, referenceNow = REFERENCE_NOW, clock = systemClock, say = () => {} } = options;
  const passwordHashes = await hashPasswords(seed);
  const loadedAt = new Date(clock.wallNow());
  const tables = createDataSet({ profile: PROFILES[profile], seed, referenceNow, loadedAt, passwordHashes });
  await withClient(url, async (client) => {
    await client.query('BEGIN');
    await createSchema(client);
    await copyTables(client, tables, say);
    await createBaseIndexes(client);
    await createIndexes(client, indexes);
    await createTotals(client);
    await client.query('COMMIT');
    await client.query('ANALYZE');
    say(indexes === 'none' ? 'analysed' : 'indexed and analysed');
  });
}

/** One hash a password, made side by side on the thread pool. */
async function hashPasswords(seed: number): Promise<ReadonlyMap<string, string>> {
  const entries = allPasswords().map(async (password) => {
    return [password, await hash(password, { cost: PASSWORD_COST, salt: saltOf(password, seed) })] as const;
  });
  return new Map(await Promise.all(entries));
}

/**
 * Leaves out the check of each reference where the server lets us (superusers only): the rows are consistent by
 * construction, a test checks them afterwards, and 600 k single checks take longer than loading.
 */
async function copyTables(client: Client, tables: readonly TableRows[], say: (line: string) => void): Promise<void> {
  const asked = await client.query<{ allowed: boolean }>(
    `SELECT has_parameter_privilege('session_replication_role', 'SET') AS allowed`,
  );
  if (asked.rows[0]?.allowed) await client.query('SET LOCAL session_replication_role = replica');
  for (const table of tables) say(`${table.table}: ${await copyTable(client, sayProgress(table, say))} rows`);
}
