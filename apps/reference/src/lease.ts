import { DatabaseError, type QueryResultRow } from 'pg';
import type { Connections, Loan } from './connections.ts';
import type { Counters } from './counters.ts';
import { connectionBroke, databaseAway, isConnectionEnd, Problem } from './problem.ts';

export type Value = string | number | boolean | Date | null | readonly string[] | readonly number[];

/** What the stores need of a connection, inside a transaction or not. */
export interface Queryable {
  query<Row extends QueryResultRow>(sql: string, values?: readonly Value[]): Promise<Row[]>;
}

/** What `pg` says when no connection becomes free, and when a new one is not made in time. */
const ACQUIRE_TIMEOUT = /^timeout (exceeded|expired)|connection timeout$/;
/** The server has as many connections as it takes. */
const TOO_MANY_CONNECTIONS = '53300';

/** A connection in use, whose statements are counted. It comes back after an SQL error, but not after its own end. */
export class Lease implements Queryable {
  readonly #loan: Loan;
  readonly #counters: Counters;
  #broken: Error | undefined;

  private constructor(loan: Loan, counters: Counters) {
    this.#loan = loan;
    this.#counters = counters;
    counters.connections.busy++;
    // The pool does not listen while a connection is lent out; an error between two statements would end the process.
    loan.on('error', this.discard);
  }

  /** Rejects with a 503 problem when no connection becomes free in time, and while there is no server. */
  static async borrow(connections: Connections, counters: Counters): Promise<Lease> {
    counters.connections.waiting++;
    try {
      return new Lease(await connections.lend(), counters);
    } catch (error) {
      if (isExhausted(error)) {
        throw new Problem(503, 'no database connection became free in time', { 'retry-after': '1' });
      }
      throw error instanceof Problem || isStatementError(error) ? error : databaseAway(error);
    } finally {
      counters.connections.waiting--;
    }
  }

  async query<Row extends QueryResultRow>(sql: string, values: readonly Value[] = []): Promise<Row[]> {
    this.#counters.add('dbQueries');
    try {
      return (await this.#loan.query<Row>(sql, [...values])).rows;
    } catch (error) {
      if (isStatementError(error)) throw error;
      this.discard(error as Error);
      throw connectionBroke(error);
    }
  }

  /** Without its connection the server rolls back by itself; the error that led here is the one that tells. */
  async rollBack(): Promise<void> {
    if (this.#broken === undefined) await this.query('ROLLBACK').catch(() => {});
  }

  /** The connection serves nobody else. */
  readonly discard = (reason: Error): void => {
    this.#broken ??= reason;
  };

  release(): void {
    this.#counters.connections.busy--;
    this.#loan.off('error', this.discard);
    this.#loan.release(this.#broken);
  }
}

function isExhausted(error: unknown): boolean {
  if (error instanceof DatabaseError) return error.code === TOO_MANY_CONNECTIONS;
  return error instanceof Error && ACQUIRE_TIMEOUT.test(error.message);
}

/** The server refused a statement, or gave it up in time; the connection itself is fine. */
function isStatementError(error: unknown): boolean {
  return error instanceof DatabaseError && !isConnectionEnd(error);
}
