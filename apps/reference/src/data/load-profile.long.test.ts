import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type PostgresServer, startPostgres } from '@millrace/scripts/services';
import { verify } from '@node-rs/bcrypt';
import fc from 'fast-check';
import type { Client, QueryResultRow } from 'pg';
import { withClient } from './connection.ts';
import { copyTable } from './copy-table.ts';
import { sessionOf, userPassword } from './identity.ts';
import { loadProfile } from './load-profile.ts';
import { createBaseIndexes, createSchema, createTotals } from './schema.ts';

const SEED = 1;
let server: PostgresServer;
let plain: string;

before(async () => {
  server = await startPostgres();
  plain = await server.createDatabase('plain');
  await loadProfile(plain, 'tiny', { seed: SEED, indexes: 'none' });
});
after(() => server?.close());

async function ask<R extends QueryResultRow>(url: string, sql: string, values: unknown[] = []): Promise<R[]> {
  return withClient(url, async (client) => (await client.query<R>(sql, values)).rows);
}

function indexNames(url: string): Promise<{ name: string }[]> {
  return ask(url, `SELECT indexname AS name FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1`);
}

async function inScratchTable(columns: string, work: (client: Client) => Promise<void>): Promise<void> {
  await withClient(plain, async (client) => {
    await client.query('BEGIN');
    await client.query(`CREATE TABLE scratch (${columns})`);
    await work(client);
  });
}

test('[DATA-3] what goes in by COPY comes out by SELECT', async () => {
  const text = fc.string({ unit: 'binary' }).filter((value) => !value.includes('\0') && value.isWellFormed());
  const row = fc.tuple(
    fc.option(text),
    fc.option(fc.double({ noNaN: true, noDefaultInfinity: true })),
    fc.option(fc.boolean()),
    fc.option(fc.date({ min: new Date('1900-01-01'), max: new Date('2100-01-01'), noInvalidDate: true })),
    fc.option(fc.json()),
  );
  const rows = fc.sample(fc.tuple(row), 500).map(([values], index) => [index, ...values]);
  const columns = ['id', 't', 'f', 'b', 'd', 'j'];
  await inScratchTable('id int, t text, f float8, b bool, d timestamptz, j json', async (client) => {
    await copyTable(client, { table: 'scratch', columns, rows });
    const { rows: found } = await client.query({
      text: 'SELECT id, t, f, b, d, j::text FROM scratch ORDER BY id',
      rowMode: 'array',
    });
    assert.deepEqual(
      found,
      rows.map((values) => values.map((value) => (Object.is(value, -0) ? 0 : value))),
    );
  });
});

test('[DATA-9] the foreign keys hold when they are checked after the load', async () => {
  const keys = await ask<{ table: string; name: string; definition: string }>(
    plain,
    `SELECT conrelid::regclass::text AS table, conname AS name, pg_get_constraintdef(oid) AS definition
     FROM pg_constraint WHERE contype = 'f'`,
  );
  assert.equal(keys.length, 14);
  const renewed = keys.map(
    ({ table, name, definition }) =>
      `ALTER TABLE ${table} DROP CONSTRAINT ${name}, ADD CONSTRAINT ${name} ${definition}`,
  );
  await ask(plain, renewed.join(';'));
});

test('[DATA-13] users log in with their passwords, hashed by bcrypt at cost 12', async () => {
  const rows = await ask<{ id: string; password_hash: string }>(
    plain,
    'SELECT id, password_hash FROM users WHERE id <= 4',
  );
  assert.equal(new Set(rows.map((row) => row.password_hash)).size, 4);
  for (const { id, password_hash } of rows) {
    assert.match(password_hash, /^\$2[aby]\$12\$/);
    assert.ok(await verify(userPassword(Number(id)), password_hash));
  }
});

test('[DATA-14] the sessions are good now and for less than a day more', async () => {
  const good = await ask<{ jti: string; user_id: string }>(
    plain,
    `SELECT jti, user_id FROM sessions
     WHERE revoked_at IS NULL AND issued_at <= now() AND expires_at > now() AND expires_at <= now() + interval '1 day'
     ORDER BY user_id`,
  );
  const expected = Array.from({ length: 50 }, (_, index) => sessionOf(index + 1, SEED));
  assert.deepEqual(
    good,
    expected.map(({ jti, userId }) => ({ jti, user_id: String(userId) })),
  );
});

test('[DATA-15] loading where tables already are is refused and changes nothing', async () => {
  await assert.rejects(loadProfile(plain, 'tiny', { seed: 2, indexes: 'none' }), { code: '42P07' });
  const [row] = await ask<{ jti: string }>(plain, 'SELECT jti FROM sessions WHERE user_id = 1');
  assert.equal(row?.jti, sessionOf(1, SEED).jti);
});

test('[DATA-15] an error on the way leaves no table behind', async () => {
  const url = await server.createDatabase('broken');
  const stop = (line: string): void => {
    if (line.startsWith('signals')) throw new Error('stop here');
  };
  await assert.rejects(loadProfile(url, 'tiny', { seed: SEED, indexes: 'all', say: stop }), /stop here/);
  assert.deepEqual(await ask(url, `SELECT tablename FROM pg_tables WHERE schemaname = 'public'`), []);
});

test('[DATA-15] a connection lost during COPY rejects, though the rows never end', async () => {
  let pid = 0;
  let made = 0;
  function* endless(): Generator<readonly [string]> {
    while (true) {
      if (++made === 1_000) void ask(plain, 'SELECT pg_terminate_backend($1)', [pid]);
      yield ['x'.repeat(1_000)];
    }
  }
  const rows = { [Symbol.iterator]: endless };
  await inScratchTable('t text', async (client) => {
    pid = (await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')).rows[0]?.pid ?? 0;
    await assert.rejects(copyTable(client, { table: 'scratch', columns: ['t'], rows }));
  });
});

test('[DATA-16] new rows get ids past the loaded ones', async () => {
  const [user] = await ask<{ id: string }>(
    plain,
    `INSERT INTO users (username, email, password_hash) VALUES ('new', 'new@example.test', '-') RETURNING id`,
  );
  assert.equal(user?.id, '51');
  const sequences = await ask<{ name: string; last: string }>(
    plain,
    `SELECT sequencename AS name, last_value AS last FROM pg_sequences WHERE schemaname = 'public' ORDER BY 1`,
  );
  const last = Object.fromEntries(sequences.map(({ name, last }) => [name.replace('_id_seq', ''), Number(last)]));
  const [versions] = await ask<{ n: string }>(plain, 'SELECT count(*) AS n FROM file_versions');
  assert.deepEqual(last, {
    ...{ api_keys: 200, signals: 5_000, strategies: 200, usage_records: 5_000, users: 51 },
    ...{ projects: 50, files: 500, file_versions: Number(versions?.n), agent_activities: 2_000 },
  });
});

test('[DATA-16] the planner knows the tables', async () => {
  const [row] = await ask<{ reltuples: number }>(plain, `SELECT reltuples FROM pg_class WHERE relname = 'signals'`);
  assert.equal(row?.reltuples, 5_000);
  const [known] = await ask<{ n: string }>(plain, `SELECT count(*) AS n FROM pg_stats WHERE tablename = 'signals'`);
  assert.equal(known?.n, '11');
});

test('[DATA-17] the speed indexes are there when asked for and only then', async () => {
  const bare = await server.createDatabase('bare');
  await withClient(bare, async (client) => {
    await createSchema(client);
    await createBaseIndexes(client);
    await createTotals(client);
  });
  const constraints = await indexNames(bare);
  assert.deepEqual(await indexNames(plain), constraints);
  for (const [indexes, count] of [
    // Without those that no query needs.
    ['keys', 6 - 2],
    ['all', 11 - 4],
  ] as const) {
    const url = await server.createDatabase(`indexed_${indexes}`);
    await loadProfile(url, 'tiny', { seed: SEED, indexes });
    assert.equal((await indexNames(url)).length, constraints.length + count);
  }
});
