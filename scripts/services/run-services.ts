import { newRunPrefix } from './databases.ts';
import { startPostgres } from './postgres.ts';
import type { PostgresServer } from './postgres-server.ts';
import { type RedisServer, startRedis } from './redis.ts';

/** The environment that hands the servers of a test run on to its test files. */
export const TEST_ENVIRONMENT = {
  /** The run's Postgres: the URL to give orders at. */
  postgres: 'MILLRACE_TEST_POSTGRES',
  /** What the names of the run's databases start with. */
  prefix: 'MILLRACE_TEST_POSTGRES_PREFIX',
  /** The run's Redis; empty when there is none. */
  redis: 'MILLRACE_TEST_REDIS',
} as const;

/** The servers of a test run. */
export interface TestServices extends AsyncDisposable {
  readonly postgres: PostgresServer;
  readonly redis: RedisServer | undefined;
  /** To be merged into the environment of the test processes. */
  readonly environment: Readonly<Record<string, string>>;
  /** Ends both. Safe to call again. */
  close(): Promise<void>;
}

/** Options of `startTestServices`. */
export interface TestServicesOptions {
  /** Whether a missing Redis may be installed. Default true: this is for `npm test` and CI. */
  readonly mayInstall?: boolean;
  /** Takes lines about what was started. Default: silent. */
  readonly say?: (line: string) => void;
}

/**
 * Starts what a test run needs, once, for the runner to hand on: `{ env: { ...process.env, ...services.environment } }`.
 * Test files reach it through `createTestDatabase` and `testRedis`.
 */
export async function startTestServices(options: TestServicesOptions = {}): Promise<TestServices> {
  const { mayInstall = true, say = () => {} } = options;
  await using started = new AsyncDisposableStack();
  const postgres = started.use(await startPostgres({ say }));
  const redis = started.use(await startRedis({ mayInstall, say }));
  const ends = started.move();
  const close = (): Promise<void> => ends.disposeAsync();
  return {
    postgres,
    redis,
    environment: {
      [TEST_ENVIRONMENT.postgres]: postgres.adminUrl,
      [TEST_ENVIRONMENT.prefix]: postgres.prefix || newRunPrefix(),
      [TEST_ENVIRONMENT.redis]: redis?.url ?? '',
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
