import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Instance, startInstance } from './instances.test.scene.ts';
import type { Service } from './service.ts';
import { allShare, sharedCaches, sharedEnvironment, until } from './shared-tiers.test.scene.ts';
import { startTrial, type Trial, trialBearer, trialCallers, trialEnvironment } from './trial.ts';

const USER = 2;
const NAME = 'seen elsewhere';
const STRATEGY = { name: NAME, strategyClass: 'A', exchange: 'a', timeframe: '5m', pairWhitelist: ['BTC/USDT'] };
const PROJECT = { name: NAME, requirements: 'a list of them' };
/** After an answer of one instance the others hear of it within milliseconds; a machine that does much else takes longer. */
const HEARD_MS = 2_000;

let trial: Trial;
before(async () => {
  trial = await startTrial();
});
after(() => trial?.[Symbol.asyncDispose]());

interface Answer {
  readonly status: number;
  readonly text: string;
}

async function send({ url }: Instance, method: string, path: string, token: string, body?: object): Promise<Answer> {
  const headers = { authorization: `Bearer ${token}`, ...(body && { 'content-type': 'application/json' }) };
  const answer = await fetch(`${url}/api/v1/${path}`, { method, headers, ...(body && { body: JSON.stringify(body) }) });
  return { status: answer.status, text: await answer.text() };
}

/** Asks until it is so, within the time in which instances hear of each other; then it is never otherwise again. */
async function becomes(ask: () => Promise<Answer>, isSo: (answer: Answer) => boolean): Promise<void> {
  const startedAt = performance.now();
  while (!isSo(await ask())) assert.ok(performance.now() - startedAt < HEARD_MS, 'nobody told the other instance');
  for (const answer of await Promise.all(Array.from({ length: 20 }, ask))) assert.ok(isSo(answer), answer.text);
}

test('[REF-150] two processes on one Redis agree on what was written and on who was sent away', async (t) => {
  const shared = await sharedEnvironment();
  if (shared === undefined) return t.skip('no Redis');
  const databaseUrl = await trial.createDatabase('optimised');
  const env = { ...trialEnvironment(databaseUrl, 'optimised', trial.crs), ...shared };
  await using stack = new AsyncDisposableStack();
  const [here, there] = (await Promise.all([startInstance(env), startInstance(env)])).map((one) => stack.use(one)) as [
    Instance,
    Instance,
  ];
  for (const { url } of [here, there]) {
    await until(async () => {
      const states = [...sharedCaches(await (await fetch(`${url}/metrics`)).text()).values()];
      return states.length > 0 && states.every((state) => state === 1);
    });
  }
  const token = trialBearer(USER);
  for (const [list, body] of [
    ['strategies', STRATEGY],
    ['projects', PROJECT],
  ] as const) {
    const shows = ({ text }: Answer): boolean => text.includes(body.name);
    const ask = (): Promise<Answer> => send(there, 'GET', `${list}?limit=5`, token);
    assert.ok(!shows(await ask()));
    assert.equal((await send(here, 'POST', list, token, body)).status, 201);
    await becomes(ask, shows);
  }
  const leaving = trialBearer(3);
  assert.equal((await send(there, 'GET', 'auth/me', leaving)).status, 200);
  assert.equal((await send(here, 'POST', 'auth/logout', leaving)).status, 204);
  await becomes(
    () => send(there, 'GET', 'auth/me', leaving),
    ({ status }) => status === 401,
  );
});

/** A page of each kind that is kept. */
const PAGES = [
  ...['auth/me', 'strategies', 'strategies/overview', 'signals', 'signals/statistics/summary'],
  ...['signals/statistics/trend?days=7', 'projects', 'projects/1', 'projects/1?include=files,activities'],
  ...['files/1', 'files/1/versions', 'agent-activities?projectId=1', 'stats/usage', 'stats/leaderboard'],
  ...['keys', 'stats/dashboard', 'stats/trend?days=7', 'stats/usage?keyId=1&realtime=true'],
];

/** One token for all: tokens of another second are others, and their identities not known yet. */
const { whale: headers } = trialCallers();

async function answers({ app }: Service): Promise<string[]> {
  const pages: string[] = [];
  for (const path of PAGES) {
    const { statusCode, body } = await app.inject({ url: `/api/v1/${path}`, headers });
    assert.equal(statusCode, 200, `${path}: ${body}`);
    pages.push(body);
  }
  return pages;
}

/** How many queries and calls a second instance makes for pages that a first one has answered; holds the pages to be equal. */
async function askedAgain(
  shared: Readonly<Record<string, string>>,
): Promise<readonly [queries: number, calls: number]> {
  const env = { ...shared, DATABASE_URL: await trial.createDatabase('optimised') };
  await using first = await trial.open('optimised', { env });
  await using second = await trial.open('optimised', { env });
  await until(async () => (await allShare(first)) && (await allShare(second)));
  const read = await answers(first);
  await first.close(); // What was read is shared behind the answers, and by now it is.
  const { counters } = second;
  const before = [counters.get('dbQueries'), counters.get('upstreamCalls')] as const;
  assert.deepEqual(await answers(second), read);
  return [counters.get('dbQueries') - before[0], counters.get('upstreamCalls') - before[1]];
}

test('[REF-151] what one instance has read the others have too, the same to the byte', async (t) => {
  // Where the machine is so busy that nothing is heard of Redis for a second, an instance goes on without it.
  for (let attempt = 1; ; attempt++) {
    const shared = await sharedEnvironment();
    if (shared === undefined) return t.skip('no Redis');
    const asked = await askedAgain(shared);
    if (asked.every((count) => count === 0)) return;
    assert.ok(attempt < 3, `${asked[0]} queries, ${asked[1]} calls`);
  }
});

test('[REF-152] services of two names share nothing on one Redis', async (t) => {
  const [one, other] = [await sharedEnvironment(), await sharedEnvironment()];
  if (one === undefined || other === undefined) return t.skip('no Redis');
  const env = { DATABASE_URL: await trial.createDatabase('optimised') };
  const first = await trial.open('optimised', { env: { ...env, ...one } });
  const second = await trial.open('optimised', { env: { ...env, ...other } });
  await until(async () => (await allShare(first)) && (await allShare(second)));
  await answers(first);
  await first.close();
  const before = second.counters.get('dbQueries');
  await answers(second);
  assert.ok(second.counters.get('dbQueries') - before >= PAGES.length);
});
