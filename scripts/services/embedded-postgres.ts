import { setTimeout as sleep } from 'node:timers/promises';
import { createDeadline } from 'millrace/core';
import { withClient } from './databases.ts';
import { SERVICE_ERRORS } from './errors.ts';
import { firstAnswer } from './first-answer.ts';
import { GuardedService } from './guard.ts';
import { packagedBinaries, placeBinaries } from './postgres-binaries.ts';
import { type PostgresPower, type PostgresServer, toPostgresServer } from './postgres-server.ts';
import { reasonOf } from './reason.ts';
import { postgresUser } from './run-user.ts';

const READY_POLL_MS = 10;

/**
 * How the throw-away cluster differs from a fresh Postgres. Everything that measures sees the same settings, but
 * nothing is flushed to disk, because nothing has to survive: write times are better than a durable server's, and what
 * a transaction locks is free sooner. A side that holds a lock until the commit is favoured by that.
 */
const SETTINGS: Readonly<Record<string, string>> = {
  listen_addresses: '',
  max_connections: '100',
  shared_buffers: '128MB',
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  max_wal_size: '256MB',
  log_min_messages: 'fatal',
};

/** The socket is the only way in and lies in a folder of mode 0700, so `trust` trusts this user and root alone. */
const SET_UP = `
"$PROGRAM/bin/initdb" --pgdata="$FOLDER/data" --username=postgres --auth=trust --encoding=UTF8 \\
  --locale=C --locale-provider=builtin --builtin-locale=C.UTF-8 --no-sync --no-instructions &&`;

const SERVE = `
  serve "$PROGRAM/bin/postgres" -D "$FOLDER/data" "$@"
`;

/** What starting the embedded server needs. */
export interface EmbeddedPostgresOptions {
  readonly signal?: AbortSignal | undefined;
  readonly startTimeoutMs: number;
}

/** Starts a cluster of its own from the binaries in `node_modules`. */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<PostgresServer> {
  const { signal, startTimeoutMs } = options;
  using deadline = createDeadline(startTimeoutMs, { signal });
  const native = packagedBinaries();
  const user = await postgresUser();
  const scriptArguments = serverArguments;
  const service = await GuardedService.create({
    service: 'postgres',
    script: SET_UP + SERVE,
    scriptArguments,
    stopSignal: 'QUIT',
    user,
  });
  try {
    const { folder, placement, version } = await placeBinaries(native, service.spareFolder, user);
    signal?.throwIfAborted();
    service.run(folder);
    const adminUrl = `postgres://postgres@localhost:5432/postgres?host=${encodeURIComponent(service.folder)}`;
    await answers(service, adminUrl, deadline.signal).catch((error) => {
      signal?.throwIfAborted();
      throw deadline.signal.aborted ? tooLate(startTimeoutMs, error) : error;
    });
    const facts = { version, kind: 'embedded', placement, adminUrl, prefix: '', strategy: 'file_copy' } as const;
    const power = new Power(service, folder, adminUrl, startTimeoutMs);
    return toPostgresServer({ ...facts, power, end: () => power.end() });
  } catch (error) {
    await service.close();
    throw error;
  }
}

class Power implements PostgresPower {
  readonly #service: GuardedService;
  readonly #program: string;
  readonly #adminUrl: string;
  readonly #startTimeoutMs: number;
  #hasCrashed = false;

  constructor(service: GuardedService, program: string, adminUrl: string, startTimeoutMs: number) {
    this.#service = service;
    this.#program = program;
    this.#adminUrl = adminUrl;
    this.#startTimeoutMs = startTimeoutMs;
  }

  async stop(how: 'crash' | 'fast'): Promise<void> {
    this.#hasCrashed = how === 'crash';
    await this.#service.stop(how === 'crash' ? 'SIGKILL' : 'SIGINT');
  }

  /** Processes of a server that crashed notice it a moment later; until then a new one refuses to start. */
  async start(): Promise<void> {
    using deadline = createDeadline(this.#startTimeoutMs);
    for (;;) {
      if (this.#service.ended) await this.#service.runAgain(SERVE, this.#program);
      try {
        await answers(this.#service, this.#adminUrl, deadline.signal);
        this.#hasCrashed = false;
        return;
      } catch (error) {
        if (deadline.signal.aborted) throw tooLate(this.#startTimeoutMs, error);
        if (!/shared memory block|lock file/.test(reasonOf(error))) throw error;
        await sleep(READY_POLL_MS);
      }
    }
  }

  /** A crash leaves shared memory that only the next start finds and only an orderly end gives back. */
  async end(): Promise<void> {
    if (this.#hasCrashed) await this.start().catch(() => {});
    await this.#service.close();
  }
}

function tooLate(ms: number, error: unknown): Error {
  const context = { service: 'Postgres', ms, reason: reasonOf(error) };
  return SERVICE_ERRORS.create('MILLRACE_SERVICES_START_TIMEOUT', context, error);
}

function serverArguments(folder: string): string[] {
  const settings = { ...SETTINGS, unix_socket_directories: `"${folder}"` };
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

async function answers(running: GuardedService, url: string, signal: AbortSignal): Promise<void> {
  const ask = (): Promise<unknown> => withClient(url, (client) => client.query('SELECT 1'));
  await firstAnswer(running, { service: 'Postgres', ask, pollMs: READY_POLL_MS }, signal);
}
