import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { defineOpaqueTokens } from 'millrace/auth';
import { createFakeClock } from 'millrace/testing';
import { makeKey, revokeKey } from './api-keys.test.scene.ts';
import { Counters } from './counters.ts';
import { usernameOf, withClient } from './data/index.ts';
import { tablesWith } from './database-scan.test.scene.ts';
import { createCachedApiKeys } from './optimised/index.ts';
import { NO_SESSION, type SessionEnds } from './ports/index.ts';
import type { Service } from './service.ts';
import { bearer, statusOf } from './sessions.test.scene.ts';
import { until } from './shared-tiers.test.scene.ts';
import { startTrial, TRIAL_PEPPER, type Trial } from './trial.ts';

const USER = 2;
const NEW_PEPPER = 'another pepper for trials that comes before';

let trial: Trial;
before(async () => {
  trial = await startTrial();
});
after(() => trial?.[Symbol.asyncDispose]());

for (const mode of ['origin', 'optimised']) {
  describe(`API keys, ${mode}`, () => {
    let url: string;
    let service: Service;
    before(async () => {
      url = await trial.createDatabase(mode);
      service = await trial.open(mode, { env: { DATABASE_URL: url } });
    });

    test('[REF-192] who has a key reads as its owner, until it is revoked', async () => {
      const [key, other] = [await makeKey(service, USER), await makeKey(service, USER)];
      const me = await service.app.inject({ url: '/api/v1/auth/me', headers: bearer(key.apiKey) });
      assert.equal((me.json() as { username: string }).username, usernameOf(USER));
      assert.equal(await revokeKey(service, 3, key.id), 404);
      assert.equal(await statusOf(service, key.apiKey), 200);
      assert.equal(await revokeKey(service, USER, key.id), 204);
      assert.deepEqual([await statusOf(service, key.apiKey), await statusOf(service, other.apiKey)], [401, 200]);
      assert.equal(await revokeKey(service, USER, key.id), 404);
    });

    test('[REF-192] a key that has expired, or of a user who may not come in, lets nobody in', async () => {
      const [expired, inactive] = [await makeKey(service, USER), await makeKey(service, 5)];
      await withClient(url, async (client) => {
        await client.query(`UPDATE api_keys SET expires_at = now() - interval '1 s' WHERE id = $1`, [expired.id]);
        await client.query('UPDATE users SET is_active = false WHERE id = 5');
      });
      assert.deepEqual([await statusOf(service, expired.apiKey), await statusOf(service, inactive.apiKey)], [401, 401]);
    });

    test('[REF-193] a key reads and writes nothing', async () => {
      const { apiKey, id } = await makeKey(service, USER);
      for (const [method, path] of [
        ['POST', '/api/v1/strategies'],
        ['POST', '/api/v1/keys'],
        ['DELETE', `/api/v1/keys/${id}`],
        ['POST', '/api/v1/auth/logout'],
        ['PUT', '/api/v1/auth/me/password'],
        ['POST', '/v1/messages'],
      ] as const) {
        const answer = await service.app.inject({ method, url: path, headers: bearer(apiKey) });
        assert.equal(answer.statusCode, 403, `${method} ${path}: ${answer.body}`);
      }
      assert.equal(await statusOf(service, apiKey), 200);
    });

    test('[REF-194] no table holds a key, and no other answer', async () => {
      const { apiKey } = await makeKey(service, USER, { name: 'to be looked for' });
      assert.equal(await statusOf(service, apiKey), 200);
      const list = await service.app.inject({ url: '/api/v1/keys?limit=100', headers: bearer(apiKey) });
      assert.match(list.body, /to be looked for/);
      assert.ok(!list.body.includes(apiKey.slice(3)));
      assert.deepEqual(await tablesWith(url, 'to be looked for'), ['api_keys']);
      assert.deepEqual(await tablesWith(url, apiKey.slice(3, 30)), []);
    });

    test('[REF-11] auth.db-per-request: on, each request by a key costs an identity query; off, the first', async () => {
      const { apiKey } = await makeKey(service, USER);
      const before = service.counters.get('identityQueries');
      for (let each = 0; each < 3; each++) await statusOf(service, apiKey);
      assert.equal(service.counters.get('identityQueries') - before, mode === 'origin' ? 3 : 1);
      const forged = `${apiKey.slice(0, -1)}${apiKey.endsWith('A') ? 'B' : 'A'}`;
      assert.equal(await statusOf(service, forged), 401);
      assert.equal(service.counters.get('identityQueries') - before, mode === 'origin' ? 3 : 1);
    });
  });
}

test('[REF-195] the pepper can be changed: keys made before go on to count, with another one none does', async () => {
  const DATABASE_URL = await trial.createDatabase('optimised');
  await using service = await trial.open('optimised', { env: { DATABASE_URL } });
  const { apiKey } = await makeKey(service, USER);
  const open = (TOKEN_PEPPER: string): Promise<Service> =>
    trial.open('optimised', { env: { DATABASE_URL, TOKEN_PEPPER } });
  await using both = await open(`${NEW_PEPPER},${TRIAL_PEPPER}`);
  await using alone = await open(NEW_PEPPER);
  assert.deepEqual([await statusOf(both, apiKey), await statusOf(alone, apiKey)], [200, 401]);
  assert.equal(await statusOf(alone, (await makeKey(both, USER)).apiKey), 200);
});

test('[REF-154] a revoked key is refused by the other instances, without a Redis', async () => {
  const env = { DATABASE_URL: await trial.createDatabase('optimised') };
  await using here = await trial.open('optimised', { env });
  await using there = await trial.open('optimised', { env });
  const { apiKey, id } = await makeKey(here, USER);
  assert.equal(await statusOf(there, apiKey), 200);
  await revokeKey(here, USER, id);
  await until(async () => (await statusOf(there, apiKey)) === 401);
});

test('[REF-196] a key that is known counts no longer than it may, and keys of nobody drive out none', async () => {
  const clock = createFakeClock({ wallMs: Date.now() });
  const counters = new Counters();
  const kind = defineOpaqueTokens({ prefix: 'mk', peppers: [TRIAL_PEPPER] });
  const [good, unknown] = [kind.issue(), kind.issue()];
  const identity = { userId: 1, username: 'a', email: 'b', createdAt: 'c', sessionId: NO_SESSION };
  const owner = { keyId: 1, identity, expiresAtMs: clock.wallNow() + 5_000 };
  const owners = { find: async (hashes: readonly string[]) => (hashes.includes(good.hash) ? owner : undefined) };
  const ends = { checkKey: () => undefined } as unknown as SessionEnds;
  const keys = createCachedApiKeys({ kind, owners, ends, counters, clock });
  assert.deepEqual(await keys.check(good.token), identity);
  for (let each = 0; each < 3; each++) await assert.rejects(async () => keys.check(unknown.token), { status: 401 });
  assert.equal(counters.get('identityQueries'), 4);
  assert.ok(!(keys.check(good.token) instanceof Promise));
  await clock.advance(5_000);
  await assert.rejects(async () => keys.check(good.token), { status: 401 });
  await keys.close();
});
