import { startDatabaseGuard } from './database-guard.ts';
import { type CloneStrategy, dropDatabases, newRunPrefix, withClient } from './databases.ts';
import { SERVICE_ERRORS } from './errors.ts';
import { type PostgresServer, toPostgresServer } from './postgres-server.ts';
import { reasonOf } from './reason.ts';

/**
 * Uses the server of `DATABASE_URL`. Its databases are called `millrace_<run>_<name>`, so two runs do not meet. They are
 * dropped by `close()`, or by the database guard when this process ends without it; nothing else is touched.
 */
export async function attachPostgres(given: string): Promise<PostgresServer> {
  const prefix = newRunPrefix();
  const url = withHost(given);
  const facts = await askServer('DATABASE_URL', url);
  const guard = await startDatabaseGuard(url, prefix);
  const end = async (): Promise<void> => {
    await dropDatabases(url, prefix);
    await guard.close();
  };
  return toPostgresServer({
    ...facts,
    kind: 'attached',
    placement: undefined,
    power: undefined,
    adminUrl: url,
    prefix,
    end,
  });
}

/** The version of the server that `variable` names with `url`, and the quickest way to clone there. */
export async function askServer(variable: string, url: string): Promise<{ version: string; strategy: CloneStrategy }> {
  if (!/^postgres(ql)?:$/.test(URL.parse(url)?.protocol ?? '')) {
    const context = { variable, scheme: 'Postgres', example: 'postgres://user:password@host:5432/database' };
    throw SERVICE_ERRORS.create('MILLRACE_SERVICES_URL_INVALID', context);
  }
  try {
    return await withClient(url, async (client) => {
      const question = `SELECT current_setting('server_version') AS version, current_setting('fsync') AS fsync`;
      const { version = '', fsync } = (await client.query<{ version: string; fsync: string }>(question)).rows[0] ?? {};
      // Copying files needs two checkpoints, which cost next to nothing only where nothing is flushed.
      const strategy = fsync === 'off' && Number.parseInt(version, 10) >= 15 ? 'file_copy' : 'default';
      return { version: version.split(' ')[0] ?? '', strategy };
    });
  } catch (error) {
    throw SERVICE_ERRORS.create('MILLRACE_SERVICES_UNREACHABLE', { variable, reason: reasonOf(error) }, error);
  }
}

/** libpq allows `user@/database?host=/folder`, which `URL` refuses; the folder of the socket counts more than a host. */
function withHost(url: string): string {
  return URL.canParse(url) ? url : url.replace('@/', '@localhost/');
}
