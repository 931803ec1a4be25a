import { attachPostgres } from './attached-postgres.ts';
import type { DatabaseOptions } from './databases.ts';
import { startEmbeddedPostgres } from './embedded-postgres.ts';
import type { PostgresBinaries } from './postgres-binaries.ts';

/** A Postgres server and the databases made on it. */
export interface PostgresServer extends AsyncDisposable {
  /** The server's version, such as `18.4`. */
  readonly version: string;
  /** `embedded`: started here, gone at the end. `attached`: the one that `DATABASE_URL` names. */
  readonly kind: 'embedded' | 'attached';
  /** How the embedded binaries came to their place. */
  readonly placement: PostgresBinaries['placement'] | undefined;
  /** The URL of the server's own database, for orders such as `ALTER SYSTEM`. */
  readonly adminUrl: string;
  /** The URL of database `name`, for `pg`, `psql` and everything else that reads libpq's URLs. */
  databaseUrl(name: string): string;
  /** Makes database `name`, empty or as a clone, and answers its URL. */
  createDatabase(name: string, options?: DatabaseOptions): Promise<string>;
  /** Drops database `name` if it is there, with every connection to it. */
  dropDatabase(name: string): Promise<void>;
  /** Embedded: stops the server and removes its folder. Attached: drops the databases made here. Safe to call again. */
  close(): Promise<void>;
}

/** Options of `startPostgres`. */
export interface PostgresOptions {
  /** Gives up the start. What was started so far is taken back before the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Takes one line about what was started. Default: silent. */
  readonly say?: (line: string) => void;
  /** How long the embedded server may take to answer, in milliseconds. Default 60 000. */
  readonly startTimeoutMs?: number;
  /** Where `DATABASE_URL` is looked up. Default `process.env`. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

/**
 * A real Postgres: the server of `DATABASE_URL`, else Postgres 18 from npm on a Unix socket, as `nobody` when this process
 * is root. The embedded one ends with this process, however that ends; a forgotten `close()` neither leaks nor hangs.
 * @throws MILLRACE_SERVICES_BINARIES_MISSING, MILLRACE_SERVICES_BINARIES_UNUSABLE, MILLRACE_SERVICES_START_FAILED,
 * MILLRACE_SERVICES_START_TIMEOUT, MILLRACE_SERVICES_URL_INVALID, MILLRACE_SERVICES_UNREACHABLE
 * @example
 * await using postgres = await startPostgres();
 * const url = await postgres.createDatabase('shop');
 */
export async function startPostgres(options: PostgresOptions = {}): Promise<PostgresServer> {
  const { signal, say, startTimeoutMs = 60_000, environment = process.env } = options;
  signal?.throwIfAborted();
  const url = environment.DATABASE_URL;
  const began = performance.now();
  const server = url
    ? await attachPostgres('DATABASE_URL', url)
    : await startEmbeddedPostgres({ signal, startTimeoutMs });
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  say?.(
    `Postgres ${server.version} (${server.kind === 'embedded' ? 'embedded' : 'from DATABASE_URL'}) after ${seconds} s`,
  );
  return server;
}
