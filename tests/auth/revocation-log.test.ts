import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createTestDatabase } from '@millrace/scripts/services';
import {
  createPostgresRevocationLog,
  createRevocations,
  listenPostgres,
  type PostgresQuery,
  type Revocation,
} from 'millrace/auth';
import { revocationLogSuite } from 'millrace/testing';
import { until } from '../cache/sharing-caches.ts';
import { type PostgresClients, postgresClients } from './postgres-clients.ts';

const FAR: Revocation = { kind: 'token', tokenId: 'a', untilMs: 4_000_000_000_000 };

let clients: PostgresClients;
let tables = 0;
const hooks: (() => Promise<void>)[] = [];
before(async () => {
  const url = await createTestDatabase({ after: (hook) => void hooks.push(hook) });
  clients = postgresClients(url, 8);
  await clients.query('CREATE SCHEMA auth');
});
after(async () => {
  await clients.pool.end();
  for (const hook of hooks) await hook();
});

async function newLog(schema = '') {
  const table = `${schema}revocations_${++tables}`;
  const log = createPostgresRevocationLog({ query: clients.query, table });
  await log.createTables();
  return { log, table };
}

revocationLogSuite({
  name: '[AUTH-101] in Postgres',
  async open() {
    const { log, table } = await newLog('auth.');
    await log.createTables();
    // Drivers that answer with the rows themselves, and read 64-bit numbers as numbers, do as well.
    const query = async (text: string, values?: (string | number | null)[]) =>
      (await clients.pool.query(text, values)).rows;
    return { logs: [log, createPostgresRevocationLog({ query, table })] };
  },
});

test('[AUTH-101] an entry of a transaction counts when that commits, and leaves no gap when it does not', async () => {
  const { log } = await newLog();
  const client = await clients.pool.connect();
  const within = (text: string, values?: (string | number | null)[]) => client.query(text, values);
  for (const [end, head] of [
    ['ROLLBACK', 0],
    ['COMMIT', 1],
  ] as const) {
    await client.query('BEGIN');
    assert.equal(await log.append(FAR, within), 1);
    assert.deepEqual([await log.head(within), await log.head()], [1, 0]);
    await client.query(end);
    assert.equal(await log.head(), head);
  }
  await client.query('BEGIN');
  await log.append(FAR, within);
  const waiting = log.append(FAR);
  await client.query('ROLLBACK');
  assert.equal(await waiting, 2, 'who waited takes the place');
  client.release();
});

test('[AUTH-101] processes that start at once make the tables once', async () => {
  const log = createPostgresRevocationLog({ query: clients.query, table: `together_${'x'.repeat(45)}` });
  await Promise.all(Array.from({ length: 8 }, () => log.createTables()));
  assert.equal(await log.append(FAR), 1);
});

test('[AUTH-101] without its tables, or with its head emptied, the log says what is wrong', async () => {
  const { log, table } = await newLog();
  await clients.query(`DELETE FROM ${table}_head`);
  const wrong = { code: 'MILLRACE_AUTH_REVOCATION_TABLES' };
  for (const ask of [() => log.append(FAR), () => log.readAfter(0, 1), () => log.head()])
    await assert.rejects(ask(), wrong);
  for (const name of ['a"; DROP TABLE users; --', 'Upper', 'a.b.c', 'x'.repeat(55), '']) {
    assert.throws(() => createPostgresRevocationLog({ query: clients.query, table: name }), {
      code: 'MILLRACE_AUTH_OPTION_INVALID',
    });
  }
});

test('[AUTH-101] what a replica says is refused', async () => {
  const { log, table } = await newLog();
  await log.append(FAR);
  // As the same statements run there.
  const query: PostgresQuery = (text, values) => clients.query(text.replace('pg_is_in_recovery()', 'true'), values);
  const replica = createPostgresRevocationLog({ query, table });
  const refused = { code: 'MILLRACE_AUTH_REVOCATION_REPLICA' };
  await assert.rejects(replica.readAfter(0, 10), refused);
  await assert.rejects(replica.find({ sub: 'nobody', exp: 1 }), refused);
});

test('[AUTH-102] LISTEN tells each append; a connection that is lost is told, made anew, and misses nothing', async (t) => {
  const { log, table } = await newLog();
  const listen = listenPostgres({ connect: clients.connect, table });
  const revocations = createRevocations({ log, listen, pollMs: 60_000, maxStalenessMs: 60_000 });
  t.after(() => revocations.close());
  await until('it hears', () => revocations.stats().isHeard && !revocations.stats().isStrict);
  const iat = Math.floor(Date.now() / 1_000);
  const claims = (jti: string) => ({ sub: 'ada', jti, iat, exp: iat + 60 });
  assert.equal(revocations.check(claims('a')), undefined);
  await log.append(FAR);
  await until('the hint came', () => revocations.stats().position === 1);
  assert.throws(() => revocations.check(claims('a')), { code: 'MILLRACE_AUTH_TOKEN_REVOKED' });
  await clients.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE application_name = 'listener' AND datname = current_database()`);
  await log.append({ ...FAR, tokenId: 'b' });
  await until('it hears again', () => revocations.stats().isHeard && revocations.stats().gaps > 0);
  await assert.rejects(async () => revocations.check(claims('b')), { code: 'MILLRACE_AUTH_TOKEN_REVOKED' });
  await log.append({ ...FAR, tokenId: 'c' });
  await until('hints come again', () => revocations.stats().position === 3);
});
