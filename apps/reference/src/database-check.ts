import type { IndexSet } from './data/index.ts';
import type { Queryable } from './database.ts';
import { START_ERRORS } from './errors.ts';

const WHAT_IS_THERE = `SELECT to_regclass('users') AS users,
  CASE WHEN to_regclass('signal_totals') IS NOT NULL THEN 'all'
    WHEN to_regclass('strategies_user_status_id') IS NOT NULL THEN 'all, without totals.sql'
    WHEN to_regclass('strategies_user') IS NOT NULL THEN 'keys' ELSE 'none' END AS indexes`;

/**
 * Asks once at start whether the database is there and is the one that the switches need.
 * @throws MILLRACE_REFERENCE_DATABASE_UNREACHABLE, MILLRACE_REFERENCE_DATABASE_INDEXES
 */
export async function requireIndexes(database: Queryable, wanted: IndexSet): Promise<void> {
  const [row] = await database
    .query<{ users: string | null; indexes: string }>(WHAT_IS_THERE)
    .catch((error: unknown) => {
      throw unreachable(((error as Error).cause as Error | undefined)?.message ?? (error as Error).message, error);
    });
  if (!row?.users) throw unreachable('it holds no table users');
  if (row.indexes !== wanted) {
    throw START_ERRORS.create('MILLRACE_REFERENCE_DATABASE_INDEXES', { has: row.indexes, wanted });
  }
}

function unreachable(reason: string, cause?: unknown): Error {
  return START_ERRORS.create(
    'MILLRACE_REFERENCE_DATABASE_UNREACHABLE',
    { reason: reason.split('\n', 1).join() },
    cause,
  );
}
