import { randomBytes } from 'node:crypto';
import { Databases, withClient } from './databases.ts';
import { SERVICE_ERRORS } from './errors.ts';
import type { PostgresServer } from './postgres.ts';
import { reasonOf } from './waiting.ts';

/**
 * Uses the server that `url` names. Its databases are called `millrace_<run>_<name>`, so two runs do not meet; `close()`
 * drops those of this run and nothing else is touched.
 */
export async function attachPostgres(variable: string, url: string): Promise<PostgresServer> {
  if (!/^postgres(ql)?:$/.test(URL.parse(url)?.protocol ?? '')) {
    const context = { variable, scheme: 'Postgres', example: 'postgres://user:password@host:5432/database' };
    throw SERVICE_ERRORS.create('MILLRACE_SERVICES_URL_INVALID', context);
  }
  const version = await askVersion(variable, url);
  const databases = new Databases(url, `millrace_${randomBytes(4).toString('hex')}_`);
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closing ??= databases.dropAll();
    return closing;
  };
  return {
    version,
    kind: 'attached',
    placement: undefined,
    adminUrl: url,
    databaseUrl: (name) => databases.url(name),
    createDatabase: (name, options) => databases.create(name, options),
    dropDatabase: (name) => databases.drop(name),
    close,
    [Symbol.asyncDispose]: close,
  };
}

async function askVersion(variable: string, url: string): Promise<string> {
  try {
    return await withClient(url, async (client) => {
      const { rows } = await client.query<{ server_version: string }>('SHOW server_version');
      return rows[0]?.server_version.split(' ')[0] ?? 'unknown';
    });
  } catch (error) {
    throw SERVICE_ERRORS.create('MILLRACE_SERVICES_UNREACHABLE', { variable, reason: reasonOf(error) }, error);
  }
}
