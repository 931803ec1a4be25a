import assert from 'node:assert/strict';
import { test } from 'node:test';
import { proof } from '../../prove.ts';
import { inactiveUser, PROFILES, usernameOf, userPassword } from '../data/index.ts';
import { type FactSource, proofClients, proofFacts } from './facts.ts';

const SOURCE: Omit<FactSource, 'env'> = {
  postgres: { version: '18', kind: 'embedded' },
  redis: undefined,
  profile: 'small',
  seed: 1,
  accessLog: '/dev/null',
};
const cacheWith = (env: Record<string, string>): unknown => proofFacts({ ...SOURCE, env }).cache;

test('[PROOF-8] what the caches stand on is said, and that a Redis that is set is not used', () => {
  assert.match(JSON.stringify(cacheWith({})), /"memory alone"/);
  assert.match(JSON.stringify(cacheWith({ REDIS_URL: 'redis://127.0.0.1' })), /the Redis that is set is not used/);
  assert.match(JSON.stringify(cacheWith({ REDIS_HOST: '127.0.0.1' })), /the Redis that is set is not used/);
  const said = JSON.stringify(
    proofFacts({ ...SOURCE, redis: { version: '7.0.15' }, env: { REDIS_URL: 'redis://other' } }).cache,
  );
  assert.equal(said.match(/Redis 7\.0\.15/g)?.length, 2, said);
  assert.match(said, /the Redis that is set is not used/);
});

test('[PROOF-13] where the access log goes is said, in both languages', () => {
  const said = JSON.stringify(proofFacts({ ...SOURCE, env: {} })['access log']);
  assert.equal(said.match(/\/dev\/null.*?log\.sync/g)?.length, 2, said);
});

test('[PROOF-20] which hash the arms have is said, in both languages', () => {
  const said = JSON.stringify(proofFacts({ ...SOURCE, env: {} })['password hash']);
  assert.equal(said.match(/bcrypt.*?12.*?argon2id.*?19 MiB/g)?.length, 2, said);
});

test('[PROOF-16] who may log in is said with names and passwords of the data, in both languages', () => {
  for (const profile of ['small', 'full'] as const) {
    const { en, 'zh-CN': chinese } = proofClients(profile);
    const last = usernameOf(inactiveUser(PROFILES[profile]) - 1);
    for (const text of [en, chinese])
      for (const word of [usernameOf(1), usernameOf(2), userPassword(1), userPassword(2), last])
        assert.ok(text.includes(word), `${word} in ${text}`);
  }
});

test('[PROOF-14] that writes wait for no disk is said of the embedded database, in both languages', () => {
  const database = (kind: string): unknown => {
    return proofFacts({ ...SOURCE, postgres: { version: '18', kind }, env: {} }).database;
  };
  assert.equal(JSON.stringify(database('embedded')).match(/Postgres 18.*?fsync/g)?.length, 2);
  assert.equal(database('attached'), 'Postgres 18 (attached)');
});

test('[PROOF-9] settings that contradict each other are refused before anything starts', async (t) => {
  const said: string[] = [];
  const { signal } = new AbortController();
  t.after(() => {
    delete process.env.REDIS_URL;
    delete process.env.REDIS_HOST;
  });
  Object.assign(process.env, { REDIS_URL: 'redis://10.0.0.1:6379', REDIS_HOST: '10.0.0.2' });
  const preparing = proof.prepare({ tier: 'quick', scenarios: [], seed: 1, say: (line) => said.push(line), signal });
  await assert.rejects(preparing, { code: 'MILLRACE_CONFIG_INVALID', message: /REDIS_HOST/ });
  assert.deepEqual(said, []);
});
