import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { dropDatabases, newRunPrefix, withClient } from './databases.ts';
import { startPostgres, testPostgres } from './index.ts';

/** A server of somebody else's: the run's own, with a database that is not ours. */
let theirs: string;

before(async () => {
  theirs = (await testPostgres()).adminUrl;
});

async function databases(): Promise<string[]> {
  return withClient(theirs, async (client) => {
    const { rows } = await client.query<{ datname: string }>('SELECT datname FROM pg_database ORDER BY 1');
    return rows.map((row) => row.datname);
  });
}

test('[SERVICES-15] DATABASE_URL: databases get a prefix, and close drops those alone', async () => {
  const said: string[] = [];
  const environment = { DATABASE_URL: theirs };
  const [one, two] = await Promise.all([
    startPostgres({ environment, say: (line) => said.push(line) }),
    startPostgres({ environment }),
  ]);
  assert.equal(one.kind, 'attached');
  assert.match(one.prefix, /^millrace_[0-9a-f]{8}_$/);
  assert.match(said[0] ?? '', /^Postgres \d+\.\d+ \(from DATABASE_URL\)/);
  const url = await one.createDatabase('shop');
  assert.equal(new URL(url).pathname, `/${one.prefix}shop`);
  await one.createDatabase('copy', { template: 'shop' });
  await two.createDatabase('shop');
  await Promise.all([one.close(), one.close()]);
  const left = await databases();
  assert.deepEqual(
    left.filter((name) => name.startsWith(one.prefix)),
    [],
  );
  assert.deepEqual(
    left.filter((name) => name.startsWith(two.prefix)),
    [`${two.prefix}shop`],
  );
  await two.close();
  assert.ok((await databases()).includes('postgres'));
});

test('[SERVICES-15] a SIGKILL of the parent drops them too', async () => {
  const words = ['--conditions=millrace-source', new URL('./trial/holder.ts', import.meta.url).pathname, 'hold'];
  const env = { ...process.env, DATABASE_URL: theirs, PATH: '/nowhere' };
  const holder = spawn(process.execPath, words, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  holder.stdout.setEncoding('utf8');
  let output = '';
  for await (const chunk of holder.stdout) {
    output += chunk;
    if (output.includes('"url"')) break;
  }
  const prefix = new URL(JSON.parse(output.split('\n')[1] ?? '').url).pathname.slice(1).replace(/first$/, '');
  assert.ok((await databases()).includes(`${prefix}first`));
  holder.kill('SIGKILL');
  await once(holder, 'exit');
  const ours = async (): Promise<string[]> => (await databases()).filter((name) => name.startsWith(prefix));
  for (let tries = 0; tries < 200 && (await ours()).length > 0; tries++) await sleep(50);
  assert.deepEqual(await ours(), []);
});

test('[SERVICES-15] a database that the server is still making is dropped as well', async () => {
  const prefix = newRunPrefix();
  await withClient(theirs, (blocker) =>
    withClient(theirs, async (maker) => {
      await blocker.query('BEGIN; LOCK TABLE pg_database IN SHARE MODE');
      const making = maker.query(`CREATE DATABASE "${prefix}late"`);
      await activeQuery(`CREATE DATABASE "${prefix}late"`);
      const dropping = dropDatabases(theirs, prefix);
      await sleep(100);
      await blocker.query('COMMIT');
      await Promise.all([making, dropping]);
    }),
  );
  assert.deepEqual(
    (await databases()).filter((name) => name.startsWith(prefix)),
    [],
  );
});

/** Waits until the server works on this query. */
async function activeQuery(query: string): Promise<void> {
  const question = `SELECT 1 FROM pg_stat_activity WHERE state = 'active' AND query = $1`;
  for (let tries = 0; tries < 500; tries++, await sleep(10)) {
    if ((await withClient(theirs, (client) => client.query(question, [query]))).rowCount === 1) return;
  }
  throw new Error(`never active: ${query}`);
}

test('[SERVICES-15] DATABASE_URL may name a socket without a host, as libpq allows', async (t) => {
  const { searchParams } = new URL(theirs);
  if (!searchParams.has('host')) return t.skip('the server of this run is not on a socket');
  const environment = { DATABASE_URL: `postgres://postgres@/postgres?${searchParams}` };
  await using server = await startPostgres({ environment });
  assert.match(await server.createDatabase('shop'), /_shop\?host=/);
});

for (const prefix of ['', 'postgres', 'millrace_', 'millrace_12345678', 'millrace_%', 'template']) {
  test(`[SERVICES-15] nothing is ever dropped by the prefix ${JSON.stringify(prefix)}`, async () => {
    await assert.rejects(dropDatabases(theirs, prefix), { code: 'MILLRACE_SERVICES_NAME_INVALID' });
  });
}

for (const url of ['mysql://localhost/x', 'sqlite:file.db', 'not a url', 'localhost:5432']) {
  test(`[SERVICES-16] DATABASE_URL=${url} is refused without saying what is in it`, async () => {
    const error = await startPostgres({ environment: { DATABASE_URL: url } }).catch((reason) => reason);
    assert.equal(error.code, 'MILLRACE_SERVICES_URL_INVALID');
    assert.ok(!`${error.message} ${error.mend}`.includes(url));
  });
}

test('[SERVICES-16] a server that does not answer is an error without the password', async () => {
  const port = await closedPort();
  const environment = { DATABASE_URL: `postgres://user:hidden@127.0.0.1:${port}/x` };
  const error = await startPostgres({ environment }).catch((reason) => reason);
  assert.equal(error.code, 'MILLRACE_SERVICES_UNREACHABLE');
  assert.match(error.message, /DATABASE_URL did not answer: .*ECONNREFUSED/);
  assert.ok(!error.message.includes('hidden'));
});

async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return typeof address === 'object' && address !== null ? address.port : 0;
}
