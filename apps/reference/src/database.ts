import { DatabaseError, Pool, type PoolClient, type QueryResultRow, types } from 'pg';
import type { Counters } from './counters.ts';
import { Problem } from './problem.ts';

export interface DatabaseOptions {
  readonly url: string;
  /** Connections kept open. */
  readonly size: number;
  /** Connections above `size` that close when idle. */
  readonly overflow: number;
  /** How long a query waits for a connection before it is refused with 503. */
  readonly acquireTimeoutMs: number;
  readonly maxLifetimeMs: number;
  /** The longest a statement may run; default 30,000. */
  readonly statementTimeoutMs?: number;
}

type Value = string | number | boolean | Date | null | readonly string[] | readonly number[];

/** What the stores need of a connection, inside a transaction or not. */
export interface Queryable {
  query<Row extends QueryResultRow>(sql: string, values?: readonly Value[]): Promise<Row[]>;
}

/** How much longer than the server may take for a statement its answer is waited for: the server, or the way to it, may be gone. */
const ANSWER_MARGIN_MS = 1_000;
const IDLE_TIMEOUT_MS = 30_000;

/** What `pg` says when no connection becomes free, and when a new one is not made in time. */
const ACQUIRE_TIMEOUT = /^timeout exceeded|connection timeout$/;

const INT8 = 20;
const NUMERIC = 1700;
/** Ids and totals stay below 2^53 here, so that 64-bit numbers are read as plain numbers. */
const rowTypes = {
  getTypeParser: ((oid: number, format?: 'text') =>
    oid === INT8 || oid === NUMERIC ? Number : types.getTypeParser(oid, format)) as typeof types.getTypeParser,
};

/** A counted `pg` pool that gives a connection back after an SQL error instead of throwing it away. */
export class Database implements Queryable {
  readonly #pool: Pool;
  readonly #counters: Counters;

  constructor(options: DatabaseOptions, counters: Counters) {
    const { statementTimeoutMs = 30_000 } = options;
    this.#counters = counters;
    this.#pool = new Pool({
      connectionString: options.url,
      min: options.size,
      max: options.size + options.overflow,
      connectionTimeoutMillis: options.acquireTimeoutMs,
      maxLifetimeSeconds: Math.ceil(options.maxLifetimeMs / 1000),
      idleTimeoutMillis: IDLE_TIMEOUT_MS,
      statement_timeout: statementTimeoutMs,
      query_timeout: statementTimeoutMs + ANSWER_MARGIN_MS,
      types: rowTypes,
    });
    this.#pool.on('connect', () => counters.add('dbConnects'));
    // A connection that breaks while idle is replaced by the next request; without a listener it would end the process.
    this.#pool.on('error', () => {});
  }

  query<Row extends QueryResultRow>(sql: string, values?: readonly Value[]): Promise<Row[]> {
    return this.#withClient((queryable) => queryable.query<Row>(sql, values));
  }

  transaction<T>(work: (queryable: Queryable) => Promise<T>): Promise<T> {
    return this.#withClient(async (queryable, isBroken) => {
      await queryable.query('BEGIN');
      try {
        const result = await work(queryable);
        await queryable.query('COMMIT');
        return result;
      } catch (error) {
        // Without its connection the server rolls back by itself, and the first error is the one that tells.
        if (!isBroken()) await queryable.query('ROLLBACK').catch(() => {});
        throw error;
      }
    });
  }

  async close(): Promise<void> {
    await this.#pool.end();
  }

  async #withClient<T>(work: (queryable: Queryable, isBroken: () => boolean) => Promise<T>): Promise<T> {
    const client = await this.#acquire();
    let broken: Error | undefined;
    const noteBreak = (error: Error): void => {
      broken ??= error;
    };
    // The pool does not listen while a connection is lent out; an error between two statements would end the process.
    client.on('error', noteBreak);
    const query = async <Row extends QueryResultRow>(sql: string, values: readonly Value[] = []): Promise<Row[]> => {
      this.#counters.add('dbQueries');
      try {
        return (await client.query<Row>(sql, [...values])).rows;
      } catch (error) {
        if (!isStatementError(error)) noteBreak(error as Error);
        throw error;
      }
    };
    try {
      return await work({ query }, () => broken !== undefined);
    } finally {
      client.off('error', noteBreak);
      client.release(broken);
    }
  }

  async #acquire(): Promise<PoolClient> {
    try {
      return await this.#pool.connect();
    } catch (error) {
      if (error instanceof Error && ACQUIRE_TIMEOUT.test(error.message)) {
        throw new Problem(503, 'no database connection became free in time', { 'retry-after': '1' });
      }
      throw error;
    }
  }
}

/** The server refused a statement, or gave it up in time; the connection itself is fine. 57P is the server's own end. */
function isStatementError(error: unknown): boolean {
  return error instanceof DatabaseError && !error.code?.startsWith('57P');
}
