import { attachPostgres } from './attached-postgres.ts';
import { startEmbeddedPostgres } from './embedded-postgres.ts';
import type { PostgresServer } from './postgres-server.ts';

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
  const server = url ? await attachPostgres(url) : await startEmbeddedPostgres({ signal, startTimeoutMs });
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  say?.(
    `Postgres ${server.version} (${server.kind === 'embedded' ? 'embedded' : 'from DATABASE_URL'}) after ${seconds} s`,
  );
  return server;
}
