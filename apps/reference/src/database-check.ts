import type { IndexSet } from './data/index.ts';
import type { Queryable } from './database.ts';
import { START_ERRORS } from './errors.ts';

/** The totals count while their trigger is there and enabled, whatever their table holds. */
const WHAT_IS_THERE = `SELECT to_regclass('users') AS users,
  CASE WHEN to_regclass('strategies_user_status_id') IS NOT NULL THEN 'all'
    WHEN to_regclass('strategies_user') IS NOT NULL THEN 'keys' ELSE 'none' END AS indexes,
  EXISTS (SELECT FROM pg_trigger WHERE tgrelid = to_regclass('signals') AND tgname = 'signals_are_counted'
    AND tgenabled IN ('O', 'A')) AS totals`;

/** What a service runs on beside the tables. */
export interface WantedDatabase {
  readonly indexes: IndexSet;
  readonly totals: boolean;
}

/**
 * Asks once at start whether the database is there and is the one that the switches need.
 * @throws MILLRACE_REFERENCE_DATABASE_UNREACHABLE, MILLRACE_REFERENCE_DATABASE_INDEXES
 */
export async function requireIndexes(database: Queryable, wanted: WantedDatabase): Promise<void> {
  const [row] = await database
    .query<{ users: string | null; indexes: string; totals: boolean }>(WHAT_IS_THERE)
    .catch((error: unknown) => {
      throw unreachable(((error as Error).cause as Error | undefined)?.message ?? (error as Error).message, error);
    });
  if (!row?.users) throw unreachable('it holds no table users');
  if (row.indexes === wanted.indexes && row.totals === wanted.totals) return;
  throw START_ERRORS.create('MILLRACE_REFERENCE_DATABASE_INDEXES', { has: namesOf(row), wanted: namesOf(wanted) });
}

function namesOf({ indexes, totals }: { readonly indexes: string; readonly totals: boolean }): string {
  return totals ? `${indexes}, totals` : indexes;
}

function unreachable(reason: string, cause?: unknown): Error {
  return START_ERRORS.create(
    'MILLRACE_REFERENCE_DATABASE_UNREACHABLE',
    { reason: reason.split('\n', 1).join() },
    cause,
  );
}
