import { randomBytes } from 'node:crypto';
import { askServer } from './attached-postgres.ts';
import { type CloneStrategy, Databases, dropDatabases, newRunPrefix, withClient } from './databases.ts';
import { startPostgres } from './postgres.ts';
import { type PostgresServer, toPostgresServer } from './postgres-server.ts';
import { type RedisServer, startRedis } from './redis.ts';
import { TEST_ENVIRONMENT } from './run-services.ts';

/** Anything with a hook for its end: a test context, or `node:test` itself within a suite. */
export interface Cleanup {
  after(hook: () => Promise<void>): void;
}

/** A database that is filled once a run and then cloned. */
export interface TestTemplate {
  /** Its name in the run: 1 to 30 lower-case letters, digits and _, a letter first. The same name means the same content. */
  readonly name: string;
  /** Fills it. Every connection must be closed when the promise resolves. */
  readonly build: (url: string) => Promise<void>;
}

interface Run {
  readonly version: string;
  readonly adminUrl: string;
  readonly prefix: string;
  readonly strategy: CloneStrategy;
  /** Tells the databases of this file from those of the run's other files. */
  readonly file: string;
}

let run: Promise<Run> | undefined;
let server: Promise<PostgresServer> | undefined;
let redis: Promise<RedisServer | undefined> | undefined;
let count = 0;

/**
 * The Postgres of this test run; a test file that runs alone gets one of its own, which ends with its process. Names made
 * through it belong to this file: two files may use the same. One a process, however often it is asked for.
 */
export function testPostgres(): Promise<PostgresServer> {
  server ??= (async () => {
    const { version, adminUrl, prefix: runPrefix, strategy, file } = await theRun();
    const prefix = `${runPrefix}${file}_`;
    const end = (): Promise<void> => dropDatabases(adminUrl, prefix);
    return toPostgresServer({
      version,
      kind: 'attached',
      placement: undefined,
      power: undefined,
      adminUrl,
      prefix,
      strategy,
      end,
    });
  })();
  return server;
}

/**
 * A database for one test, or for one suite, that is dropped at its end. Answers its URL.
 * @example
 * test('counts', async (t) => {
 *   const url = await createTestDatabase(t, { template: { name: 'shop', build: (empty) => loadShop(empty) } });
 * });
 */
export async function createTestDatabase(owner: Cleanup, options: { template?: TestTemplate } = {}): Promise<string> {
  const databases = await runDatabases();
  const name = `${(await theRun()).file}_test_${++count}`;
  owner.after(() => databases.drop(name));
  if (options.template === undefined) return databases.create(name);
  return databases.create(name, { template: await prepareTemplate(options.template) });
}

/** The URL of this test run's Redis; a file that runs alone starts one of its own. `undefined` when none is installed. */
export async function testRedis(): Promise<string | undefined> {
  const given = process.env[TEST_ENVIRONMENT.redis];
  if (given !== undefined) return given || undefined;
  redis ??= startRedis();
  return (await redis)?.url;
}

function theRun(): Promise<Run> {
  run ??= (async () => {
    const { adminUrl, prefix } = handedOn() ?? (await startPostgres());
    const facts = await askServer(TEST_ENVIRONMENT.postgres, adminUrl);
    return { ...facts, adminUrl, prefix: prefix || newRunPrefix(), file: `f${randomBytes(2).toString('hex')}` };
  })();
  return run;
}

function handedOn(): { adminUrl: string; prefix: string | undefined } | undefined {
  const adminUrl = process.env[TEST_ENVIRONMENT.postgres];
  return adminUrl ? { adminUrl, prefix: process.env[TEST_ENVIRONMENT.prefix] } : undefined;
}

async function runDatabases(): Promise<Databases> {
  const { adminUrl, prefix, strategy } = await theRun();
  return new Databases(adminUrl, prefix, strategy);
}

/** Builds under another name and renames, so that a template which is there is whole; the lock lets one process build. */
async function prepareTemplate(template: TestTemplate): Promise<string> {
  const { adminUrl, prefix } = await theRun();
  const databases = await runDatabases();
  const [ready, building] = [`template_${template.name}`, `building_${template.name}`];
  await withClient(adminUrl, async (client) => {
    await client.query('SELECT pg_advisory_lock(hashtext($1))', [prefix + ready]);
    if (await databases.has(ready)) return;
    await databases.drop(building);
    await template.build(await databases.create(building));
    await databases.rename(building, ready);
  });
  return ready;
}
