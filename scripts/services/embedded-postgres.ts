import { setTimeout as sleep } from 'node:timers/promises';
import { Databases, withClient } from './databases.ts';
import { SERVICE_ERRORS } from './errors.ts';
import { GuardedService } from './guard.ts';
import type { PostgresServer } from './postgres.ts';
import { packagedBinaries, placeBinaries } from './postgres-binaries.ts';
import { postgresUser } from './run-user.ts';
import { reasonOf } from './waiting.ts';

const READY_POLL_MS = 10;

/**
 * How the throw-away cluster differs from a fresh Postgres. Everything that measures sees the same settings, so none of
 * them favours one side of a comparison. Nothing is flushed to disk, because nothing has to survive: absolute write times
 * are better than a durable server's.
 */
const SETTINGS: Readonly<Record<string, string>> = {
  listen_addresses: '',
  max_connections: '100',
  shared_buffers: '128MB',
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  max_wal_size: '1GB',
  log_min_messages: 'fatal',
};

/** The socket is the only way in and lies in a folder of mode 0700, so `trust` trusts this user and root alone. */
const SCRIPT = `
"$PROGRAM/bin/initdb" --pgdata="$FOLDER/data" --username=postgres --auth=trust --encoding=UTF8 \\
  --locale=C --locale-provider=builtin --builtin-locale=C.UTF-8 --no-sync --no-instructions &&
  serve "$PROGRAM/bin/postgres" -D "$FOLDER/data" "$@"
`;

/** What starting the embedded server needs. */
export interface EmbeddedPostgresOptions {
  readonly signal?: AbortSignal | undefined;
  readonly startTimeoutMs: number;
}

/** Starts a cluster of its own from the binaries in `node_modules`. */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<PostgresServer> {
  const native = packagedBinaries();
  const user = await postgresUser();
  const service = await GuardedService.create({
    service: 'postgres',
    script: SCRIPT,
    scriptArguments: serverArguments,
    stopSignal: 'QUIT',
    user,
  });
  try {
    const binaries = await placeBinaries(native, service.folder, user);
    options.signal?.throwIfAborted();
    service.run(binaries.folder);
    const adminUrl = `postgres://postgres@localhost:5432/postgres?host=${encodeURIComponent(service.folder)}`;
    await answers(service, adminUrl, options);
    const databases = new Databases(adminUrl, '');
    return {
      version: binaries.version,
      kind: 'embedded',
      placement: binaries.placement,
      adminUrl,
      databaseUrl: (name) => databases.url(name),
      createDatabase: (name, databaseOptions) => databases.create(name, databaseOptions),
      dropDatabase: (name) => databases.drop(name),
      close: () => service.close(),
      [Symbol.asyncDispose]: () => service.close(),
    };
  } catch (error) {
    await service.close();
    throw error;
  }
}

function serverArguments(folder: string): string[] {
  const settings = { ...SETTINGS, unix_socket_directories: `"${folder}"` };
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

/** Waits for the first answer to a query. */
async function answers(service: GuardedService, url: string, options: EmbeddedPostgresOptions): Promise<void> {
  const deadline = performance.now() + options.startTimeoutMs;
  for (;;) {
    options.signal?.throwIfAborted();
    if (service.ended) {
      const context = { service: 'Postgres', reason: await service.logTail() };
      throw SERVICE_ERRORS.create('MILLRACE_SERVICES_START_FAILED', context);
    }
    try {
      await withClient(url, (client) => client.query('SELECT 1'));
      return;
    } catch (error) {
      if (performance.now() > deadline) {
        const context = { service: 'Postgres', ms: options.startTimeoutMs, reason: reasonOf(error) };
        throw SERVICE_ERRORS.create('MILLRACE_SERVICES_START_TIMEOUT', context, error);
      }
      await sleep(READY_POLL_MS);
    }
  }
}
