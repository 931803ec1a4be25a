import { type CloneStrategy, type DatabaseOptions, Databases } from './databases.ts';
import type { PostgresBinaries } from './postgres-binaries.ts';

/** Takes a server away from its clients and brings it back, to see what they do. */
export interface PostgresPower {
  /**
   * Resolves when the server's process is gone: `crash` by SIGKILL, which the processes of its connections notice and
   * end as well; `fast` by SIGINT, in order. A crash may lose what was acknowledged with `synchronous_commit` off.
   */
  stop(how: 'crash' | 'fast'): Promise<void>;
  /**
   * Starts the server that was stopped, on the same data and under the same URLs; resolves when it answers.
   * @throws MILLRACE_SERVICES_START_FAILED, MILLRACE_SERVICES_START_TIMEOUT
   */
  start(): Promise<void>;
}

/** A Postgres server and the databases made on it. */
export interface PostgresServer extends AsyncDisposable {
  /** The server's version, such as `18.4`. */
  readonly version: string;
  /** `embedded`: started here, gone at the end. `attached`: somebody else's, such as that of `DATABASE_URL`. */
  readonly kind: 'embedded' | 'attached';
  /** How the embedded binaries came to their place. */
  readonly placement: PostgresBinaries['placement'] | undefined;
  /** Undefined when the server is somebody else's. */
  readonly power: PostgresPower | undefined;
  /** The URL of the server's own database, for orders such as `ALTER SYSTEM`. */
  readonly adminUrl: string;
  /** What the names of its databases really start with; empty when embedded. */
  readonly prefix: string;
  /** The URL of database `name`, for `pg`, `psql` and everything else that reads libpq's URLs. */
  databaseUrl(name: string): string;
  /**
   * Makes database `name`, empty or as a clone, and answers its URL.
   * @throws MILLRACE_SERVICES_NAME_INVALID, MILLRACE_SERVICES_DATABASE_FAILED
   */
  createDatabase(name: string, options?: DatabaseOptions): Promise<string>;
  /** Drops database `name` if it is there, with every connection to it. */
  dropDatabase(name: string): Promise<void>;
  /** Embedded: stops the server and removes its folder. Attached: drops the databases made here. Safe to call again. */
  close(): Promise<void>;
}

/** What `toPostgresServer` needs: the plain facts, how to clone and how to end. */
export interface PostgresServerParts
  extends Pick<PostgresServer, 'version' | 'kind' | 'placement' | 'power' | 'adminUrl' | 'prefix'> {
  readonly strategy: CloneStrategy;
  readonly end: () => Promise<void>;
}

/** Puts a server together. */
export function toPostgresServer({ strategy, end, ...facts }: PostgresServerParts): PostgresServer {
  const databases = new Databases(facts.adminUrl, facts.prefix, strategy);
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closing ??= end();
    return closing;
  };
  return {
    ...facts,
    databaseUrl: (name) => databases.url(name),
    createDatabase: (name, options) => databases.create(name, options),
    dropDatabase: (name) => databases.drop(name),
    close,
    [Symbol.asyncDispose]: close,
  };
}
