import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTestDatabase } from '@millrace/scripts/services';
import {
  createPostgresRevocationLog,
  createRevocations,
  type PostgresQuery,
  type RevocableClaims,
} from 'millrace/auth';
import type { PoolClient } from 'pg';
import { postgresClients } from './postgres-clients.ts';

/** One that changes the password, and others that log in. */
const LANES = 5;
const TURNS = 20;

/** A token, and the password that opened its session. */
interface Opened {
  readonly claims: RevocableClaims & { readonly ver: number };
  readonly password: number;
}

test('[AUTH-93] of logins and password changes at once, all in one second, those by an old password are ended and no other', async (t) => {
  const { pool, query } = postgresClients(await createTestDatabase(t), 10);
  const log = createPostgresRevocationLog({ query });
  await log.createTables();
  await pool.query(
    'CREATE TABLE users (id int PRIMARY KEY, password int, logins int); INSERT INTO users VALUES (1, 0, 0)',
  );
  const revocations = createRevocations({ log, versionClaim: 'ver' });
  t.after(async () => {
    await revocations.close();
    await pool.end();
  });
  const iat = Math.floor(Date.now() / 1_000);
  const opened: Opened[] = [];

  async function transaction(work: (client: PoolClient, within: PostgresQuery) => Promise<void>): Promise<void> {
    const client = await pool.connect();
    await client.query('BEGIN');
    await work(client, (text, values) => client.query(text, values));
    await client.query('COMMIT');
    client.release();
  }
  async function logIn(jti: string): Promise<void> {
    const { rows } = await pool.query('SELECT password FROM users WHERE id = 1');
    const password = Number(rows[0].password); // The time of a password's hash lies between here and the transaction.
    await transaction(async (client, within) => {
      const sql = 'UPDATE users SET logins = logins + 1 WHERE id = 1 AND password = $1 RETURNING id';
      const { rowCount } = await client.query(sql, [password]);
      if (rowCount === 0) return; // Somebody was faster, so it is no longer the password.
      const ver = await log.head(within);
      opened.push({ claims: { sub: '1', jti, iat, exp: iat + 600, ver }, password });
    });
  }
  const changePassword = (): Promise<void> =>
    transaction(async (client, within) => {
      await client.query('UPDATE users SET password = password + 1 WHERE id = 1');
      await revocations.revokeSubject('1', { within });
    });

  await logIn('first');
  const lanes = Array.from({ length: LANES }, async (_, lane) => {
    for (let turn = 0; turn < TURNS; turn++) await (lane === 0 ? changePassword() : logIn(`${lane}.${turn}`));
  });
  await Promise.all(lanes);
  await logIn('last');
  await revocations.catchUp();
  const { rows } = await pool.query('SELECT password FROM users WHERE id = 1');
  assert.equal(Number(rows[0].password), TURNS);
  assert.ok(
    opened.some(({ password }) => password < TURNS),
    'some came before a change',
  );
  for (const { claims, password } of opened) {
    const isEnded = await (async () => revocations.check(claims))().then(
      () => false,
      ({ code }) => code === 'MILLRACE_AUTH_TOKEN_REVOKED',
    );
    assert.equal(isEnded, password < TURNS, `${claims.jti} by password ${password} of ${TURNS}, ver ${claims.ver}`);
  }
});
