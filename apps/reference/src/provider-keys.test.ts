import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { forgedTokens } from 'millrace/testing';
import { makeKey } from './api-keys.test.scene.ts';
import { withClient } from './data/index.ts';
import { tablesWith } from './database-scan.test.scene.ts';
import type { ProviderState } from './ports/index.ts';
import { redisContents } from './redis-contents.test.scene.ts';
import type { Service } from './service.ts';
import { bearer, statusOf } from './sessions.test.scene.ts';
import { allShare, sharedEnvironment, until } from './shared-tiers.test.scene.ts';
import { startTrial, TRIAL_ENCRYPTION_KEY, TRIAL_SECRET, type Trial, trialBearer } from './trial.ts';

const [USER, OTHER] = [2, 3];
const PROVIDERS = ['fast', 'mid', 'slow'];
const REFUSED_KEY = 'a-key-that-no-provider-knows';
const NEW_KEY = randomBytes(32).toString('base64');

let trial: Trial;
before(async () => {
  trial = await startTrial();
});
after(() => trial?.[Symbol.asyncDispose]());

async function store({ app }: Service, userId: number, provider: string, key: string): Promise<number> {
  const [url, headers] = [`/api/v1/providers/${provider}/key`, bearer(trialBearer(userId))];
  return (await app.inject({ method: 'PUT', url, headers, payload: { key } })).statusCode;
}

async function ask({ app }: Service, userId: number): Promise<number> {
  const question = { model: 'swift-1', max_tokens: 5, temperature: 0, messages: [{ role: 'user', content: 'why?' }] };
  const headers = bearer(trialBearer(userId));
  return (await app.inject({ method: 'POST', url: '/v1/messages', headers, payload: question })).statusCode;
}

async function failuresOf({ app }: Service): Promise<number> {
  const answer = await app.inject({ url: '/api/v1/providers', headers: bearer(trialBearer(USER)) });
  const { items } = answer.json() as { items: readonly ProviderState[] };
  return items.reduce((sum, { failures }) => sum + failures, 0);
}

for (const mode of ['origin', 'optimised']) {
  describe(`keys with providers, ${mode}`, () => {
    test("[REF-200] a user's own key is what their provider is asked with, and their answers are nobody else's", async () => {
      await using service = await trial.open(mode, { env: { LLM_API_KEY: 'the service has a wrong one' } });
      assert.equal(await ask(service, USER), 502);
      for (const provider of PROVIDERS) assert.equal(await store(service, USER, provider, trial.llm.apiKey), 204);
      assert.deepEqual([await ask(service, USER), await ask(service, OTHER)], [200, 502]);
    });

    test("[REF-201] a provider that refuses a user's own key is no failure of it, and no one else's", async () => {
      await using service = await trial.open(mode);
      await store(service, USER, 'fast', REFUSED_KEY);
      for (let each = 0; each < 4; each++) assert.equal(await ask(service, USER), 403);
      assert.equal(await failuresOf(service), 0);
      assert.equal(await ask(service, OTHER), 200);
    });
  });
}

test('[REF-202] a key is stored sealed, for its user and provider alone, and no answer shows it', async () => {
  const DATABASE_URL = await trial.createDatabase('optimised');
  await using service = await trial.open('optimised', { env: { DATABASE_URL } });
  await store(service, USER, 'fast', REFUSED_KEY);
  await store(service, OTHER, 'mid', 'another-key-of-another-user');
  const headers = bearer(trialBearer(USER));
  const list = await service.app.inject({ url: '/api/v1/providers/keys', headers });
  assert.match(list.body, /"provider":"fast"/);
  assert.doesNotMatch(list.body, new RegExp(`${REFUSED_KEY}|mrs1`));
  assert.deepEqual(await tablesWith(DATABASE_URL, REFUSED_KEY), []);
  assert.deepEqual(await tablesWith(DATABASE_URL, 'mrs1.'), ['provider_keys', 'seal_check']);
  await withClient(DATABASE_URL, (client) =>
    client.query(
      `UPDATE provider_keys SET provider = 'fast', sealed_key = (SELECT sealed_key FROM provider_keys WHERE user_id = $1)
       WHERE user_id = $2`,
      [USER, OTHER],
    ),
  );
  await using again = await trial.open('optimised', { env: { DATABASE_URL } });
  assert.equal(await ask(again, OTHER), 500);
});

test('[REF-203] the key that seals can be changed, and a start without the one that is needed is refused', async () => {
  const DATABASE_URL = await trial.createDatabase('optimised');
  const open = (ENCRYPTION_KEY: string): Promise<Service> =>
    trial.open('optimised', { env: { DATABASE_URL, ENCRYPTION_KEY, LLM_API_KEY: 'the service has a wrong one' } });
  const askOnce = async (keys: string): Promise<number> => {
    await using service = await open(keys);
    return await ask(service, USER);
  };
  await (await open(NEW_KEY)).close(); // Nothing is sealed yet.
  const [first, stranger] = [await open(TRIAL_ENCRYPTION_KEY), await open(NEW_KEY)];
  assert.equal(await store(first, USER, 'fast', trial.llm.apiKey), 204);
  assert.equal(await store(stranger, OTHER, 'fast', trial.llm.apiKey), 500);
  await first.close();
  await stranger.close();
  await assert.rejects(open(NEW_KEY), { code: 'MILLRACE_AUTH_SEAL_KEY_WRONG' });
  assert.equal(await askOnce(`${TRIAL_ENCRYPTION_KEY},${NEW_KEY}`), 200);
  assert.equal(await askOnce(`${NEW_KEY},${TRIAL_ENCRYPTION_KEY}`), 200);
  assert.equal(await askOnce(NEW_KEY), 200);
  await assert.rejects(open(TRIAL_ENCRYPTION_KEY), { code: 'MILLRACE_AUTH_SEAL_KEY_WRONG' });
});

test('[REF-207] Redis holds no token and no key, and forged tokens leave nothing there', async (t) => {
  const shared = await sharedEnvironment();
  if (shared === undefined) return t.skip('no Redis');
  await using service = await trial.open('optimised', { env: shared });
  await until(() => allShare(service));
  const token = trialBearer(USER);
  const { apiKey } = await makeKey(service, USER);
  assert.equal(await store(service, USER, 'fast', trial.llm.apiKey), 204);
  assert.deepEqual(
    [await statusOf(service, token), await statusOf(service, apiKey), await ask(service, USER)],
    [200, 200, 200],
  );
  const look = (): Promise<ReadonlyMap<string, string>> => redisContents(shared.REDIS_URL, shared.CACHE_NAMESPACE);
  await until(async () => (await look()).values().some((text) => text.includes('mrs1.')));
  const contents = await look();
  const all = JSON.stringify([...contents]);
  for (const secret of [token, ...token.split('.').slice(1), apiKey.slice(3), trial.llm.apiKey]) {
    assert.ok(!all.includes(secret));
  }
  const { 'a line end': _, ...forged } = forgedTokens({ token, key: TRIAL_SECRET });
  for (const each of Object.values(forged)) assert.equal(await statusOf(service, each), 401);
  const added = [...(await look()).keys()].filter((key) => !contents.has(key));
  assert.deepEqual(added, []);
});
