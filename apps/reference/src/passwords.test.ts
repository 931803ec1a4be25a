import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { usernameOf, userPassword } from './data/index.ts';
import type { Service } from './service.ts';
import { bearer, logIn, statusOf } from './sessions.test.scene.ts';
import { startTrial, type Trial, trialBearer } from './trial.ts';

const ARGON2ID = { PASSWORD_SCHEME: 'argon2id' };
const NEW_PASSWORD = 'quite another word';

let trial: Trial;
before(async () => {
  trial = await startTrial();
});
after(() => trial?.[Symbol.asyncDispose]());

const WEAK = ['Password2024!', 'qwertyuiop1234', 'millrace-reference', 'new.comer-2024', 'short one'];

async function register({ app }: Service, password: string, username = 'new.comer') {
  const payload = { username, email: `${username}@example.test`, password };
  return await app.inject({ method: 'POST', url: '/api/v1/auth/register', payload });
}

async function changePassword({ app }: Service, userId: number, newPassword: string) {
  return await app.inject({
    ...{ method: 'PUT', url: '/api/v1/auth/me/password', headers: bearer(trialBearer(userId)) },
    payload: { currentPassword: userPassword(userId), newPassword },
  });
}

test('[REF-175] a password that is easy to guess is refused alike in every mode, and costs no hash', async () => {
  const answers: unknown[] = [];
  for (const mode of ['origin', 'optimised']) {
    await using service = await trial.open(mode);
    const refused = await Promise.all([
      ...WEAK.map((password) => register(service, password)),
      ...[...WEAK.slice(0, 3), `${usernameOf(2)}!!!`].map((password) => changePassword(service, 2, password)),
    ]);
    assert.ok(refused.every(({ statusCode }) => statusCode === 400));
    answers.push(refused.map(({ body }) => body));
    const { counters } = service;
    for (const name of ['synchronousHashes', 'libuvHashes', 'pooledHashes'] as const) {
      assert.equal(counters.get(name), 0, `${mode}: ${name}`);
    }
    assert.equal((await register(service, NEW_PASSWORD)).statusCode, 201);
  }
  assert.deepEqual(answers[1], answers[0]);
});

/** A service that makes argon2id hashes, and how the hash of a user begins. */
async function openArgon2id() {
  const url = await trial.createDatabase('optimised');
  const service = await trial.open('optimised', { env: { ...ARGON2ID, DATABASE_URL: url } });
  const database = new pg.Client({ connectionString: url });
  await database.connect();
  return {
    ...{ service, url },
    async schemeOf(username: string): Promise<string | undefined> {
      const sql = "SELECT split_part(password_hash, '$', 2) AS scheme FROM users WHERE username = $1";
      return (await database.query<{ scheme: string }>(sql, [username])).rows[0]?.scheme;
    },
    [Symbol.asyncDispose]: async () => {
      await database.end();
      await service.close();
    },
  };
}

test('[REF-176] a bcrypt hash is replaced at login, of however many logins at once, and sessions go on', async () => {
  await using scene = await openArgon2id();
  const { service, schemeOf, url } = scene;
  assert.equal(await schemeOf(usernameOf(2)), '2b');
  const wrong = { username: usernameOf(2), password: 'not the password' };
  const refused = await service.app.inject({ method: 'POST', url: '/api/v1/auth/token', payload: wrong });
  assert.deepEqual([refused.statusCode, await schemeOf(usernameOf(2))], [401, '2b']);
  const earlier = trialBearer(2);
  const tokens = await Promise.all([logIn(service, 2), logIn(service, 2), logIn(service, 2)]);
  assert.equal(await schemeOf(usernameOf(2)), 'argon2id');
  for (const token of [earlier, ...tokens]) assert.equal(await statusOf(service, token), 200);
  const before = service.counters.get('pooledHashes');
  await logIn(service, 2);
  assert.equal(service.counters.get('pooledHashes') - before, 1, 'it is replaced once');
  await using back = await trial.open('optimised', { env: { DATABASE_URL: url } });
  await logIn(back, 2);
  assert.equal(await schemeOf(usernameOf(2)), '2b');
});

test('[REF-176] new passwords are argon2id, of up to 4,096 bytes, and a login meanwhile undoes no change', async () => {
  await using scene = await openArgon2id();
  const { service, schemeOf } = scene;
  const long = `${NEW_PASSWORD} `.repeat(300).slice(0, 4_096);
  assert.equal((await register(service, long)).statusCode, 201);
  assert.equal(await schemeOf('new.comer'), 'argon2id');
  const payload = { username: 'new.comer', password: long };
  const entered = await service.app.inject({ method: 'POST', url: '/api/v1/auth/token', payload });
  assert.equal(entered.statusCode, 200, entered.body);
  assert.equal((await register(service, `${long}x`, 'other')).statusCode, 400);
  const [changed] = await Promise.all([changePassword(service, 5, NEW_PASSWORD), logIn(service, 5).catch(() => '')]);
  assert.equal(changed.statusCode, 204, changed.body);
  await logIn(service, 5, NEW_PASSWORD);
  await assert.rejects(logIn(service, 5), /401/);
});
