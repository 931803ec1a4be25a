import { randomBytes } from 'node:crypto';
import { checkOptionNames, type OptionNames } from '../../core/index.ts';
import { AUTH_ERRORS } from '../errors.ts';
import { ask, type PostgresQuery } from './postgres-query.ts';
import { type RevocationSql, revocationSql } from './postgres-revocation-sql.ts';
import { checkRevocation, type RevocableClaims, type Revocation, type RevocationEntry } from './revocation.ts';
import type { RevocationLog, RevocationRead } from './revocation-log.ts';

/** What {@link createPostgresRevocationLog} takes. */
export interface PostgresRevocationLogOptions {
  /**
   * Asks the primary; what a replica says is refused, for it may not know yet what was revoked. Its statements must end by
   * a time limit of its own.
   */
  readonly query: PostgresQuery;
  /** The table, with its schema or without; the head is kept in `<table>_head`. Default `millrace_revocations`. */
  readonly table?: string;
}

/** A log in Postgres. Its transactions are the query functions of the clients that run them. */
export interface PostgresRevocationLog extends RevocationLog<PostgresQuery> {
  /** The statements that make its tables, to be run by whoever may. They may be run again. */
  readonly schema: string;
  /** Makes the tables, if they are not there. */
  createTables(): Promise<void>;
}

/** Where Postgres tells of appends to a table. */
export function channelOf(table: string): string {
  return table.replace('.', '_');
}

export const DEFAULT_TABLE = 'millrace_revocations';
/** With room for `_head`, the names of the indexes and the channel in the 63 bytes that Postgres keeps. */
const TABLE = /^(?=.{1,54}$)(?:[a-z_][a-z0-9_]*\.)?[a-z_][a-z0-9_]*$/;

/** Gives back a name that can be written into statements. */
export function checkTable(table: string): string {
  if (TABLE.test(table)) return table;
  const context = {
    option: 'table',
    value: table,
    allowed: 'lower-case names, as `schema.table` or `table`, of up to 54 characters',
  };
  throw AUTH_ERRORS.create('MILLRACE_AUTH_OPTION_INVALID', context);
}

/**
 * A {@link RevocationLog} in Postgres 12 or later. An append is one statement, with its NOTIFY; positions follow each other
 * without gaps, in the order in which they can be seen, so appends wait for each other: append last in a transaction, and
 * be ready to repeat one that is isolated above `READ COMMITTED`.
 * @throws `MILLRACE_AUTH_OPTION_INVALID`, `MILLRACE_CORE_OPTION_UNKNOWN`.
 * @example
 * const log = createPostgresRevocationLog({ query: (text, values) => pool.query(text, values) });
 * await log.createTables();
 * await client.query('BEGIN');
 * await client.query('UPDATE users SET password_hash = $1 WHERE id = $2', [hash, id]);
 * await revocations.revokeSubject(id, { except: jti, within: (text, values) => client.query(text, values) });
 * await client.query('COMMIT');
 */
export function createPostgresRevocationLog(options: PostgresRevocationLogOptions): PostgresRevocationLog {
  checkOptionNames('createPostgresRevocationLog', options, OPTIONS);
  return new PostgresLog(options.query, checkTable(options.table ?? DEFAULT_TABLE));
}

const OPTIONS: OptionNames<PostgresRevocationLogOptions> = { query: true, table: true };

interface AnsweredRow {
  readonly is_replica: boolean;
}

interface HeadRow extends AnsweredRow {
  readonly head: number | string;
  readonly head_mark: string;
  readonly pruned_to: number | string;
}

interface EntryRow {
  /** Null where there is no entry. */
  readonly position: number | string | null;
  readonly mark: string;
  readonly previous_mark: string;
  readonly kind: Revocation['kind'];
  readonly name: string;
  readonly details: string;
  readonly until_ms: number | string;
}

interface Details {
  readonly subject?: string;
  readonly belowVersion?: number | undefined;
  readonly issuedUntil?: number;
  readonly issuedBefore?: number | undefined;
  readonly except?: readonly string[];
}

class PostgresLog implements PostgresRevocationLog {
  readonly #query: PostgresQuery;
  readonly #table: string;
  readonly #sql: RevocationSql;

  constructor(query: PostgresQuery, table: string) {
    this.#query = query;
    this.#table = table;
    this.#sql = revocationSql(table);
  }

  get schema(): string {
    return this.#sql.schema;
  }

  /** All in one statement, and one process after the other: two that make a table at once would fail. */
  async createTables(): Promise<void> {
    const lock = `PERFORM pg_advisory_xact_lock(hashtext('${this.#table}'));`;
    await this.#query(`DO $tables$ BEGIN ${lock}\n${this.#sql.schema}END $tables$`);
  }

  async append(revocation: Revocation, within: PostgresQuery = this.#query): Promise<number> {
    const { kind, untilMs } = checkRevocation(revocation);
    const [name, details] = toRow(revocation);
    const mark = randomBytes(8).toString('hex');
    const endsMs = untilMs === Infinity ? null : untilMs;
    const values = [mark, kind, name, JSON.stringify(details), endsMs, channelOf(this.#table)];
    const [row] = await ask<{ position: number | string }>(within, this.#sql.append, values);
    return Number(this.#headOf(row).position);
  }

  async readAfter(position: number, limit: number): Promise<RevocationRead> {
    const rows = await ask<HeadRow & EntryRow>(this.#query, this.#sql.read, [position, limit]);
    const { head, head_mark, pruned_to } = this.#headOf(rows[0]);
    const entries = this.#entriesOf(rows);
    return { entries, head: Number(head), headMark: head_mark, prunedTo: Number(pruned_to) };
  }

  async find({ jti, sub, kid }: RevocableClaims): Promise<readonly RevocationEntry[]> {
    const rows = await ask<AnsweredRow & EntryRow>(this.#query, this.#sql.find, [jti ?? null, sub, kid ?? null]);
    return this.#entriesOf(rows);
  }

  async head(within: PostgresQuery = this.#query): Promise<number> {
    const [row] = await ask<Pick<HeadRow, 'head'>>(within, this.#sql.head, []);
    return Number(this.#headOf(row).head);
  }

  async prune(marginMs: number): Promise<number> {
    const [row] = await ask<{ pruned: number | string }>(this.#query, this.#sql.prune, [marginMs]);
    return Number(row?.pruned ?? 0);
  }

  #entriesOf(rows: readonly (AnsweredRow & EntryRow)[]): readonly RevocationEntry[] {
    if (rows[0]?.is_replica !== false) throw AUTH_ERRORS.create('MILLRACE_AUTH_REVOCATION_REPLICA');
    return rows.filter((row) => row.position !== null).map(toEntry);
  }

  #headOf<Row>(row: Row | undefined): Row {
    if (row !== undefined) return row;
    throw AUTH_ERRORS.create('MILLRACE_AUTH_REVOCATION_TABLES', { table: this.#table });
  }
}

function toRow(revocation: Revocation): readonly [name: string, details: Details] {
  if (revocation.kind === 'key') return [revocation.keyId, {}];
  if (revocation.kind === 'token')
    return [revocation.tokenId, revocation.subject === undefined ? {} : { subject: revocation.subject }];
  const { subject, belowVersion, issuedUntil, issuedBefore, except } = revocation;
  return [subject, { belowVersion, issuedUntil, issuedBefore, except }];
}

function toEntry(row: EntryRow): RevocationEntry {
  return {
    position: Number(row.position),
    mark: row.mark,
    previousMark: row.previous_mark,
    revocation: toRevocation(row, JSON.parse(row.details) as Details),
  };
}

function toRevocation({ kind, name, until_ms }: EntryRow, details: Details): Revocation {
  const untilMs = Number(until_ms);
  if (kind === 'key') return { kind, keyId: name, untilMs };
  if (kind === 'token') return { kind, tokenId: name, subject: details.subject, untilMs };
  const { belowVersion, issuedUntil = Infinity, issuedBefore, except = [] } = details;
  return { kind, subject: name, belowVersion, issuedUntil, issuedBefore, except, untilMs };
}
