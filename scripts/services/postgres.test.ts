import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { after, before, suite, test } from 'node:test';
import { Client } from 'pg';
import { withClient } from './databases.ts';
import { startPostgres } from './index.ts';
import type { PostgresServer } from './postgres-server.ts';
import { settled, trialFolder } from './trial/trial.ts';

/** These tests are about the embedded server, whatever DATABASE_URL says. */
const environment = {};

async function ask(url: string, sql: string): Promise<unknown[][]> {
  return withClient(url, async (client) => (await client.query({ text: sql, rowMode: 'array' })).rows);
}

suite('the embedded server', () => {
  let postgres: PostgresServer;
  const said: string[] = [];

  before(async () => {
    postgres = await startPostgres({ environment, say: (line) => said.push(line) });
  });
  after(() => postgres.close());

  test('[SERVICES-1] is Postgres 18, as the server itself says, and tells so in one line', async () => {
    assert.match(postgres.version, /^18\.\d+$/);
    assert.deepEqual(await ask(postgres.adminUrl, 'SHOW server_version'), [[postgres.version]]);
    assert.equal(said.length, 1);
    assert.match(said[0] ?? '', /^Postgres 18\.\d+ \(embedded\) after \d+\.\d s$/);
  });

  test('[SERVICES-1] listens on a socket in a folder of mode 0700 and nowhere else', async () => {
    assert.deepEqual(await ask(postgres.adminUrl, 'SHOW listen_addresses'), [['']]);
    const folder = new URL(postgres.adminUrl).searchParams.get('host') ?? '';
    assert.equal((await stat(folder)).mode & 0o777, 0o700);
    assert.ok((await readdir(folder)).includes('.s.PGSQL.5432'));
  });

  test('[SERVICES-2] a database URL survives URL and pg and leads to that database', async () => {
    const url = await postgres.createDatabase('named_by_url');
    assert.equal(url, postgres.databaseUrl('named_by_url'));
    assert.equal(new URL(url).href, url);
    const client = new Client(url);
    assert.equal(client.host, new URL(url).searchParams.get('host'));
    assert.equal(client.database, 'named_by_url');
    assert.deepEqual(await ask(url, 'SELECT current_database()'), [['named_by_url']]);
  });

  test('[SERVICES-2] no PG* variable of the caller leads a connection elsewhere', async (t) => {
    const url = await postgres.createDatabase('with_variables');
    const variables = { ...process.env };
    t.after(() => {
      process.env = variables;
    });
    Object.assign(process.env, { PGHOST: '192.0.2.1', PGPORT: '1', PGUSER: 'nobody', PGDATABASE: 'other' });
    assert.deepEqual(await ask(url, 'SELECT current_database()'), [['with_variables']]);
  });

  test('[SERVICES-3] a clone has the rows of its template and is a database of its own', async () => {
    const template = await postgres.createDatabase('origin');
    await ask(template, 'CREATE TABLE item AS SELECT generate_series(1, 1000) AS id');
    const clone = await postgres.createDatabase('copy', { template: 'origin' });
    await ask(clone, 'DELETE FROM item WHERE id > 10');
    assert.deepEqual(await ask(clone, 'SELECT count(*)::int FROM item'), [[10]]);
    assert.deepEqual(await ask(template, 'SELECT count(*)::int FROM item'), [[1000]]);
  });

  test('[SERVICES-3] many clones of one template can be made at once', async () => {
    await ask(await postgres.createDatabase('busy'), 'CREATE TABLE item AS SELECT 1 AS id');
    const names = Array.from({ length: 8 }, (_, index) => `busy_${index}`);
    const urls = await Promise.all(names.map((name) => postgres.createDatabase(name, { template: 'busy' })));
    const counts = await Promise.all(urls.map((url) => ask(url, 'SELECT count(*)::int FROM item')));
    assert.deepEqual(
      counts,
      names.map(() => [[1]]),
    );
  });

  test('[SERVICES-3] a taken name and an absent template are errors that say so', async () => {
    await postgres.createDatabase('taken');
    const code = 'MILLRACE_SERVICES_DATABASE_FAILED';
    await assert.rejects(postgres.createDatabase('taken'), {
      code,
      message: /create database taken: .*already exists/,
    });
    await assert.rejects(postgres.createDatabase('orphan', { template: 'absent' }), {
      code,
      message: /does not exist/,
    });
  });

  test('[SERVICES-4] dropping ends the connections to a database, and may be repeated', async () => {
    const client = new Client(await postgres.createDatabase('dropped'));
    const ended = new Promise<void>((resolve) => client.on('error', () => resolve()).on('end', resolve));
    await client.connect();
    await postgres.dropDatabase('dropped');
    await ended;
    await postgres.dropDatabase('dropped');
    assert.deepEqual(await ask(postgres.adminUrl, `SELECT 1 FROM pg_database WHERE datname = 'dropped'`), []);
  });

  for (const name of ['', 'Upper', '1st', 'a-b', 'a"; DROP TABLE x; --', 'ü', 'x'.repeat(40)]) {
    test(`[SERVICES-5] the database name ${JSON.stringify(name)} is refused`, async () => {
      await assert.rejects(postgres.createDatabase(name), { code: 'MILLRACE_SERVICES_NAME_INVALID' });
      await assert.rejects(postgres.dropDatabase(name), { code: 'MILLRACE_SERVICES_NAME_INVALID' });
      assert.throws(() => postgres.databaseUrl(name), { code: 'MILLRACE_SERVICES_NAME_INVALID' });
    });
  }
});

/** Runs `work` with every folder of the services below a folder of its own, and answers what is left there. */
async function leftBy(work: () => Promise<unknown>): Promise<string[]> {
  const before = process.env.TMPDIR;
  await using folder = await trialFolder();
  process.env.TMPDIR = folder.path;
  try {
    await work();
  } finally {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
  }
  return settled(folder.path);
}

suite('the end of the embedded server', { skip: process.platform !== 'linux' && 'looks in /proc' }, () => {
  test('[SERVICES-6] close leaves no process, socket or folder, and may be called again', async () => {
    const left = await leftBy(async () => {
      const postgres = await startPostgres({ environment });
      const folder = new URL(postgres.adminUrl).searchParams.get('host') ?? '';
      assert.ok(existsSync(folder));
      await Promise.all([postgres.close(), postgres.close()]);
      assert.equal(existsSync(folder), false);
      await postgres.close();
    });
    assert.deepEqual(left, []);
  });

  for (const afterMs of [0, 40, 250]) {
    test(`[SERVICES-7] a start given up after ${afterMs} ms rejects with the reason and leaves nothing`, async () => {
      const reason = new Error('given up');
      const left = await leftBy(async () => {
        const controller = new AbortController();
        const started = startPostgres({ environment, signal: controller.signal });
        setTimeout(() => controller.abort(reason), afterMs);
        await assert.rejects(started, reason);
      });
      assert.deepEqual(left, []);
    });
  }

  test('[SERVICES-8] a server that is not ready in time is an error that says so, and leaves nothing', async () => {
    const left = await leftBy(() =>
      assert.rejects(startPostgres({ environment, startTimeoutMs: 20 }), { code: 'MILLRACE_SERVICES_START_TIMEOUT' }),
    );
    assert.deepEqual(left, []);
  });

  test('[SERVICES-8] a timeout that is no time is refused', async () => {
    await assert.rejects(startPostgres({ environment, startTimeoutMs: Number.NaN }), {
      code: 'MILLRACE_CORE_OPTION_INVALID',
    });
  });
});
