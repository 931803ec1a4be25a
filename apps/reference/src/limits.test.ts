import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { defineExemptions } from 'millrace/ratelimit';
import { usernameOf, userPassword } from './data/index.ts';
import type { Service } from './service.ts';
import { allShare, sharedEnvironment, until } from './shared-tiers.test.scene.ts';
import { EXEMPTION, EXEMPTION_KEY, enterBy, exemption, SPOOFED_HEADERS } from './spoofed-headers.test.scene.ts';
import { startTrial, type Trial, trialBearer } from './trial.ts';

const OTHER_KEY = 'a9Zx-1Qw8Er3Ty7Ui2Op6As4Df5Gh0Jk';
const PEER = '198.51.100.1';

let trial: Trial;
before(async () => {
  trial = await startTrial();
});
after(() => trial?.[Symbol.asyncDispose]());

const exemptionBy = (key: string): string => defineExemptions({ keys: [key] }).issue('test', { lifeMs: 60_000 });

interface Visit {
  readonly peer?: string;
  readonly forwarded?: string;
  readonly exemption?: string;
}

/** A login whose body is refused: it counts for its network, and costs no hash. */
async function enter({ app }: Service, { peer = PEER, forwarded, exemption }: Visit = {}) {
  const headers = {
    ...(forwarded !== undefined && { 'x-forwarded-for': forwarded }),
    ...(exemption !== undefined && { 'millrace-exemption': exemption }),
  };
  return await app.inject({ method: 'POST', url: '/api/v1/auth/token', remoteAddress: peer, headers, payload: {} });
}

async function statusesOf(service: Service, visits: readonly Visit[]): Promise<number[]> {
  const statuses: number[] = [];
  for (const visit of visits) statuses.push((await enter(service, visit)).statusCode);
  return statuses;
}

const times = (count: number, visit: Visit = {}): Visit[] => Array.from({ length: count }, () => visit);

test('[REF-35] limits.none: every login is looked at, or those within the limit', async () => {
  for (const [switches, last] of [
    ['limits.none', 400],
    ['optimised', 429],
  ] as const) {
    await using service = await trial.open(switches, { env: { LOGIN_LIMIT: '3' } });
    assert.deepEqual(await statusesOf(service, times(4)), [400, 400, 400, last]);
  }
});

test('[REF-160] past its limit a network gets 429, a problem that says when to come again; others are served', async () => {
  await using service = await trial.open('optimised', { env: { LOGIN_LIMIT: '2' } });
  assert.equal((await enter(service)).headers.ratelimit, '"logins";r=1;t=30');
  assert.equal((await enter(service)).statusCode, 400);
  const refused = await enter(service);
  assert.equal(refused.statusCode, 429);
  assert.equal(refused.headers['ratelimit-policy'], '"logins";q=2;w=60');
  assert.ok(Number(refused.headers['retry-after']) >= 29 && Number(refused.headers['retry-after']) <= 30);
  assert.match(String(refused.headers['content-type']), /^application\/problem\+json/);
  const { status, 'violated-policies': policies } = refused.json() as Record<string, unknown>;
  assert.deepEqual([status, policies], [429, ['logins']]);
  assert.equal((await enter(service, { peer: '198.51.100.2' })).statusCode, 400);
});

interface Login {
  readonly peer: string;
  readonly password?: string;
  readonly cookie?: string;
  readonly exemption?: string;
}

/** User 2 tries to log in, with a wrong password unless another is given. */
async function tryPassword({ app }: Service, { peer, password = 'not the password', cookie, exemption }: Login) {
  return await app.inject({
    ...{ method: 'POST', url: '/api/v1/auth/token', remoteAddress: peer },
    headers: { ...(cookie && { cookie }), ...(exemption && { 'millrace-exemption': exemption }) },
    payload: { username: usernameOf(2), password },
  });
}

test('[REF-170] what strangers do to an account does not keep its owner out, and costs no hash past the limit', async () => {
  await using service = await trial.open('optimised', { env: { LOGIN_FAILURE_LIMIT: '1' } });
  const own = { peer: '198.51.100.9', password: userPassword(2) };
  const [cookie = ''] = String((await tryPassword(service, own)).headers['set-cookie']).split(';');
  const statuses: number[] = [];
  for (const peer of [PEER, PEER, '198.51.100.2', '198.51.100.3', '198.51.100.4', '198.51.100.5', own.peer]) {
    statuses.push((await tryPassword(service, { peer })).statusCode);
  }
  assert.deepEqual(statuses, [401, 429, 401, 401, 401, 429, 429]);
  assert.equal(service.counters.get('pooledHashes'), 5, 'what is refused costs no hash');
  assert.equal((await tryPassword(service, own)).statusCode, 429, 'he is a stranger without his device');
  const answer = await tryPassword(service, { ...own, cookie });
  assert.equal(answer.statusCode, 200, answer.body);
});

test('[REF-160] a user may write a quarter as often as read; other users are served', async () => {
  await using service = await trial.open('optimised', { env: { REQUEST_LIMIT: '4' } });
  const ask = async (method: 'GET' | 'POST', userId: number): Promise<number> => {
    const headers = { authorization: `Bearer ${trialBearer(userId)}` };
    return (
      await service.app.inject({
        method,
        url: '/api/v1/strategies',
        headers,
        ...(method === 'POST' && { payload: {} }),
      })
    ).statusCode;
  };
  assert.deepEqual([await ask('POST', 2), await ask('POST', 2)], [400, 429]);
  for (let read = 0; read < 4; read++) assert.equal(await ask('GET', 2), 200);
  assert.deepEqual([await ask('GET', 2), await ask('GET', 3)], [429, 200]);
});

/** Whether a client that says to be somebody else each time gets past the limit of its network, by whom is trusted. */
const SPOOFED = [
  ['nobody is trusted', '', PEER, (n: number) => `203.0.113.${n}`, 429],
  ['the peer is no proxy', '10.0.0.0/8', PEER, (n: number) => `203.0.113.${n}`, 429],
  ['the client writes before its proxy', '10.0.0.0/8', '10.0.0.7', (n: number) => `203.0.113.${n}, ${PEER}`, 429],
  ['one network of IPv6', '10.0.0.0/8', '10.0.0.7', (n: number) => `2001:db8:1:2::${n}`, 429],
  ['no address', '10.0.0.0/8', '10.0.0.7', (n: number) => `client-${n}`, 429],
  ['a proxy speaks for many', '10.0.0.0/8', '10.0.0.7', (n: number) => `203.0.113.${n}`, 400],
] as const;

test('[REF-161] a forwarded address is believed where a trusted proxy says it, and nowhere else', async () => {
  for (const [what, TRUSTED_PROXIES, peer, says, last] of SPOOFED) {
    await using service = await trial.open('optimised', { env: { LOGIN_LIMIT: '2', TRUSTED_PROXIES } });
    const visits = [1, 2, 3].map((n) => ({ peer, forwarded: says(n) }));
    assert.deepEqual(await statusesOf(service, visits), [400, 400, last], what);
  }
});

test('[REF-208] no header that a client can write makes it somebody else, nor exempt', async () => {
  await using service = await trial.open('optimised', { env: { LOGIN_LIMIT: '1', EXEMPTION_KEY } });
  const url = await service.app.listen({ port: 0, host: '127.0.0.1' });
  assert.deepEqual([await enterBy(url), await enterBy(url)], [400, 429]);
  for (const headers of SPOOFED_HEADERS) assert.equal(await enterBy(url, headers), 429, JSON.stringify(headers));
  assert.equal(await enterBy(url, { [EXEMPTION]: exemption({}) }), 400);
});

test('[REF-208] behind a trusted proxy its X-Forwarded-For counts, and no other header', async () => {
  const env = { LOGIN_LIMIT: '1', EXEMPTION_KEY, TRUSTED_PROXIES: '127.0.0.0/8, 10.0.0.0/8' };
  await using service = await trial.open('optimised', { env });
  const url = await service.app.listen({ port: 0, host: '127.0.0.1' });
  assert.deepEqual([await enterBy(url), await enterBy(url)], [400, 429]);
  const believed = SPOOFED_HEADERS.filter((headers) => Object.keys(headers)[0]?.toLowerCase() === 'x-forwarded-for');
  for (const headers of SPOOFED_HEADERS) {
    if (!believed.includes(headers)) assert.equal(await enterBy(url, headers), 429, JSON.stringify(headers));
  }
  const statuses: (number | undefined)[] = [];
  for (const headers of believed) statuses.push(await enterBy(url, headers));
  assert.deepEqual(statuses, [400, 429, 429, 429], 'one network, however it is written');
});

test('[REF-162] a signed exemption lifts the limits; one that is forged does not, nor any without a key', async () => {
  await using service = await trial.open('optimised', { env: { LOGIN_LIMIT: '1', EXEMPTION_KEY } });
  const good = { exemption: exemptionBy(EXEMPTION_KEY) };
  assert.deepEqual(await statusesOf(service, times(3, good)), [400, 400, 400]);
  const forged = { exemption: exemptionBy(OTHER_KEY) };
  assert.deepEqual(await statusesOf(service, [forged, forged, {}, good]), [400, 429, 429, 400]);
  await using keyless = await trial.open('optimised', { env: { LOGIN_LIMIT: '1' } });
  assert.deepEqual(await statusesOf(keyless, times(2, good)), [400, 429]);
});

test('[REF-162] an exemption lifts the limit of wrong passwords too', async () => {
  await using service = await trial.open('optimised', { env: { LOGIN_FAILURE_LIMIT: '1', EXEMPTION_KEY } });
  const exempt = { peer: PEER, exemption: exemptionBy(EXEMPTION_KEY) };
  const tries = [exempt, { peer: PEER }, { peer: PEER }];
  const statuses: number[] = [];
  for (const each of tries) statuses.push((await tryPassword(service, each)).statusCode);
  assert.deepEqual(statuses, [401, 401, 429]);
});

test('[REF-163] instances on one Redis count logins, and wrong passwords, together', async (t) => {
  const shared = await sharedEnvironment();
  if (shared === undefined) return t.skip('no Redis');
  const env = { ...shared, LOGIN_LIMIT: '4', LOGIN_FAILURE_LIMIT: '1' };
  await using first = await trial.open('optimised', { env });
  await using second = await trial.open('optimised', { env });
  await until(async () => (await allShare(first)) && (await allShare(second)));
  const statuses: number[] = [];
  for (const service of [first, second, first, second, first, second]) statuses.push((await enter(service)).statusCode);
  assert.deepEqual(statuses, [400, 400, 400, 400, 429, 429]);
  const peer = '198.51.100.2';
  const [here, there] = [await tryPassword(first, { peer }), await tryPassword(second, { peer })];
  assert.deepEqual([here.statusCode, there.statusCode], [401, 429]);
});
