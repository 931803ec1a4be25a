import { type ClientBase, type ClientConfig, Pool, type PoolConfig, types } from 'pg';
import type { Counters } from './counters.ts';

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

/** A connection that is lent out. `release` with an error throws it away. */
export type Loan = Pick<ClientBase, 'query' | 'on' | 'off'> & { release(broken?: Error): void };

/** Lends out connections, each to one borrower at a time. */
export interface Connections {
  lend(): Promise<Loan>;
  close(): Promise<void>;
}

/** How much longer than the server may take for a statement its answer is waited for: the server, or the way to it, may be gone. */
const ANSWER_MARGIN_MS = 1_000;
const IDLE_TIMEOUT_MS = 30_000;

const INT8 = 20;
const NUMERIC = 1700;
/** Ids and totals stay below 2^53 here, so that 64-bit numbers are read as plain numbers. */
const rowTypes = {
  getTypeParser: ((oid: number, format?: 'text') =>
    oid === INT8 || oid === NUMERIC ? Number : types.getTypeParser(oid, format)) as typeof types.getTypeParser,
};

/** What every connection is made with, however it is kept. */
export function connectionConfig({ url, acquireTimeoutMs, statementTimeoutMs = 30_000 }: DatabaseOptions) {
  return {
    connectionString: url,
    connectionTimeoutMillis: acquireTimeoutMs,
    statement_timeout: statementTimeoutMs,
    query_timeout: statementTimeoutMs + ANSWER_MARGIN_MS,
    types: rowTypes,
  } satisfies ClientConfig;
}

/** The same for a pool, with how many there are and how long each is kept. */
export function poolConfig(options: DatabaseOptions) {
  return {
    ...connectionConfig(options),
    min: options.size,
    max: options.size + options.overflow,
    maxLifetimeSeconds: Math.ceil(options.maxLifetimeMs / 1000),
    idleTimeoutMillis: IDLE_TIMEOUT_MS,
  } satisfies PoolConfig;
}

/** A counted `pg` pool. */
export function createPool(options: DatabaseOptions, counters: Counters): Connections {
  const pool = new Pool(poolConfig(options));
  pool.on('connect', () => counters.add('dbConnects'));
  // A connection that breaks while idle is replaced by the next request; without a listener it would end the process.
  pool.on('error', () => {});
  return { lend: () => pool.connect(), close: () => pool.end() };
}
