import type { QueryResultRow } from 'pg';
import { type Connections, createPool, type DatabaseOptions } from './connections.ts';
import type { Counters } from './counters.ts';
import { Lease, type Queryable, type Value } from './lease.ts';

export type { DatabaseOptions, Queryable };

/** How the rows of a {@link RowSource} are taken. */
export interface BatchOptions {
  /** The most rows in memory at once. */
  readonly rows: number;
  /** Ends the statement that runs on the server at that moment. */
  readonly signal?: AbortSignal | undefined;
}

/** Gives the rows of a statement little by little, as fast as they are taken. */
export interface RowSource {
  batches<Row extends QueryResultRow>(
    sql: string,
    values: readonly Value[],
    options: BatchOptions,
  ): AsyncGenerator<readonly Row[], void, void>;
}

/** Counted statements on lent connections; an SQL error costs the statement, not the connection. */
export class Database implements Queryable, RowSource {
  readonly #connections: Connections;
  readonly #counters: Counters;

  constructor(options: DatabaseOptions, counters: Counters, connections: Connections = createPool(options, counters)) {
    this.#connections = connections;
    this.#counters = counters;
  }

  async query<Row extends QueryResultRow>(sql: string, values?: readonly Value[]): Promise<Row[]> {
    const lease = await this.#borrow();
    try {
      return await lease.query<Row>(sql, values);
    } finally {
      lease.release();
    }
  }

  async transaction<T>(work: (queryable: Queryable) => Promise<T>): Promise<T> {
    const lease = await this.#borrow();
    try {
      await lease.query('BEGIN');
      const result = await work(lease);
      await lease.query('COMMIT');
      return result;
    } catch (error) {
      await lease.rollBack();
      throw error;
    } finally {
      lease.release();
    }
  }

  /** By a cursor in a transaction of its own. A consumer that stops early gives the connection back. */
  async *batches<Row extends QueryResultRow>(
    sql: string,
    values: readonly Value[],
    { rows, signal }: BatchOptions,
  ): AsyncGenerator<readonly Row[], void, void> {
    signal?.throwIfAborted();
    const lease = await this.#borrow();
    try {
      const run = await this.#cancellable(lease, signal);
      await run('BEGIN READ ONLY');
      await run(`DECLARE batches NO SCROLL CURSOR FOR ${sql}`, values);
      while (true) {
        const batch = await run<Row>(`FETCH ${rows} FROM batches`);
        if (batch.length > 0) yield batch;
        if (batch.length < rows) return;
      }
    } finally {
      await lease.rollBack();
      lease.release();
    }
  }

  close(): Promise<void> {
    return this.#connections.close();
  }

  #borrow(): Promise<Lease> {
    return Lease.borrow(this.#connections, this.#counters);
  }

  /**
   * Runs statements that end on the server when `signal` aborts. The cancel may come late and hit whatever runs next on
   * that connection, so the connection is given to nobody after it.
   */
  async #cancellable(lease: Lease, signal: AbortSignal | undefined): Promise<Queryable['query']> {
    if (signal === undefined) return (sql, values) => lease.query(sql, values);
    const [own] = await lease.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    const cancel = (): void => {
      lease.discard(signal.reason);
      this.query('SELECT pg_cancel_backend($1)', [own?.pid ?? 0]).catch(() => {});
    };
    return async (sql, values) => {
      signal.throwIfAborted();
      signal.addEventListener('abort', cancel);
      try {
        return await lease.query(sql, values);
      } finally {
        signal.removeEventListener('abort', cancel);
      }
    };
  }
}
