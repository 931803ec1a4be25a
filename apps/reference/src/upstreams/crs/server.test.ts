import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Agent, request as httpRequest, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { type TestContext, test } from 'node:test';
import { type Clock, systemClock } from 'millrace/core';
import type { CrsCounts } from './call-counts.ts';
import { createOutcomes } from './outcomes.ts';
import { type CrsServerOptions, createCrsServer } from './server.ts';

const ADMIN = { username: 'admin-test', password: 'invented-for-this-test' };
const QUESTIONS = [
  '/admin/dashboard',
  '/admin/keys?user=trader0001',
  '/admin/trend?days=7',
  '/admin/keys/crs_00001/stats',
];

/** Fires at once what is scheduled, and keeps how long it should have waited. The wall clock is set by hand. */
class HastyClock implements Clock {
  readonly delays: number[] = [];
  wallMs = Date.parse('2026-03-03');
  now = (): number => 0;
  wallNow = (): number => this.wallMs;
  schedule: Clock['schedule'] = (delayMs, fire) => {
    this.delays.push(delayMs);
    return systemClock.schedule(0, fire);
  };
}

interface Upstream {
  readonly url: string;
  readonly server: Server;
  ask(path: string, init?: RequestInit): Promise<{ status: number; body: unknown }>;
  login(): Promise<string>;
  counts(): Promise<CrsCounts>;
}

async function start(t: TestContext, options: Partial<CrsServerOptions> = {}): Promise<Upstream> {
  const server = createCrsServer({
    ...{ adminUser: ADMIN.username, adminSecret: ADMIN.password, today: new Date('2026-01-01') },
    data: { profile: 'tiny', seed: 7 },
    ...{ seed: 1, latencyScale: 0, errorRate: 0, hangRate: 0, hangMs: 5_000, ...options },
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const ask: Upstream['ask'] = async (path, init) => {
    const response = await fetch(url + path, init);
    const text = await response.text();
    return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
  };
  const login = async (): Promise<string> => {
    const { body } = await ask('/admin/login', { method: 'POST', body: JSON.stringify(ADMIN) });
    return (body as { token: string }).token;
  };
  return { url, server, ask, login, counts: async () => (await ask('/__counts')).body as CrsCounts };
}

function bearer(token: string): RequestInit {
  return { headers: { authorization: `Bearer ${token}` } };
}

test('[CRS-1] each call waits for the latency that the seed gives it', async (t) => {
  const clock = new HastyClock();
  const crs = await start(t, { clock, latencyScale: 1 });
  const token = await crs.login();
  for (const question of QUESTIONS) await crs.ask(question, bearer(token));
  const outcome = createOutcomes({ seed: 1, latencyScale: 1, errorRate: 0, hangRate: 0, hangMs: 0 });
  const endpoints = ['login', 'dashboard', 'keys', 'trend', 'key-stats'] as const;
  assert.deepEqual(
    clock.delays,
    endpoints.map((endpoint) => outcome(endpoint).delayMs),
  );
});

test('[CRS-4] planted faults answer 500 or late, and are counted', async (t) => {
  const clock = new HastyClock();
  const crs = await start(t, { clock, errorRate: 0.5, hangRate: 0.5 });
  const token = await login(crs);
  const before = await crs.counts();
  const statuses: number[] = [];
  for (let i = 0; i < 40; i++) statuses.push((await crs.ask('/admin/dashboard', bearer(token))).status);
  const { errors, hangs } = await crs.counts();
  assert.equal(errors - before.errors, statuses.filter((status) => status === 500).length);
  assert.equal(hangs - before.hangs, statuses.filter((status) => status === 200).length);
  assert.ok(clock.delays.every((delayMs) => delayMs === 5_000));
});

/** Logs in past planted errors. */
async function login(crs: Upstream): Promise<string> {
  for (let i = 0; i < 50; i++) {
    const token = await crs.login();
    if (token !== undefined) return token;
  }
  return assert.fail('no login in 50 tries');
}

test('[CRS-5] the same question has the same answer in another server, another question another', async (t) => {
  const [first, second] = [await start(t), await start(t, { seed: 2 })];
  const [tokenOfFirst, tokenOfSecond] = [await first.login(), await second.login()];
  for (const question of [...QUESTIONS, '/admin/keys?user=%E4%BA%A4']) {
    const answer = await first.ask(question, bearer(tokenOfFirst));
    assert.equal(answer.status, 200);
    assert.deepEqual(await second.ask(question, bearer(tokenOfSecond)), answer);
  }
  const others = ['/admin/keys?user=trader0002', '/admin/trend?days=8', '/admin/keys/crs_00002/stats'];
  for (const [index, other] of others.entries()) {
    const { body } = await first.ask(other, bearer(tokenOfFirst));
    assert.notDeepEqual(body, (await first.ask(QUESTIONS[index + 1] as string, bearer(tokenOfFirst))).body);
  }
});

test('[CRS-5] a trend has one point a day and ends today', async (t) => {
  const crs = await start(t);
  const { body } = await crs.ask('/admin/trend?days=3', bearer(await crs.login()));
  const dates = (body as { points: { date: string }[] }).points.map(({ date }) => date);
  assert.deepEqual(dates, ['2025-12-30', '2025-12-31', '2026-01-01']);
});

test('[CRS-6] without a token, with a foreign or an altered one, there is no answer', async (t) => {
  const [crs, other] = [await start(t), await start(t)];
  const token = await crs.login();
  const altered = token.replace(/^\d/, (digit) => String((Number(digit) + 1) % 10));
  const bad: RequestInit[] = [{}, bearer(''), bearer('x.y'), bearer(altered), bearer(await other.login())];
  for (const init of bad) {
    for (const question of QUESTIONS) assert.equal((await crs.ask(question, init)).status, 401);
  }
  assert.equal((await crs.ask('/admin/dashboard', bearer(token))).status, 200);
});

test('[CRS-6] a token lasts for 24 hours and not longer', async (t) => {
  const clock = new HastyClock();
  const crs = await start(t, { clock });
  const token = await crs.login();
  clock.wallMs += 86_400_000 - 1;
  assert.equal((await crs.ask('/admin/dashboard', bearer(token))).status, 200);
  clock.wallMs += 1;
  assert.equal((await crs.ask('/admin/dashboard', bearer(token))).status, 401);
});

test('[CRS-7] a wrong name or secret does not log in', async (t) => {
  const crs = await start(t);
  const wrong = [
    {},
    null,
    [],
    { ...ADMIN, password: 'wrong' },
    { ...ADMIN, username: 'x' },
    { username: 1, password: 2 },
  ];
  for (const body of wrong) {
    const { status } = await crs.ask('/admin/login', { method: 'POST', body: JSON.stringify(body) });
    assert.equal(status, 401, JSON.stringify(body));
  }
  assert.equal((await crs.ask('/admin/login', { method: 'POST' })).status, 401);
});

test('[CRS-8] calls are counted by endpoint and key', async (t) => {
  const crs = await start(t);
  const auth = bearer(await crs.login());
  for (const question of [...QUESTIONS, '/admin/dashboard', '/admin/keys?user=trader0002'])
    await crs.ask(question, auth);
  const create = { ...auth, method: 'POST', body: JSON.stringify({ user: 'trader0001', name: 'new' }) };
  const { status, body } = await crs.ask('/admin/keys', create);
  assert.equal(status, 201);
  const { id } = body as { id: string };
  await crs.ask(`/admin/keys/${id}`, { ...auth, method: 'DELETE' });
  await crs.ask('/admin/dashboard');
  const { connections: _, ...counts } = await crs.counts();
  assert.deepEqual(counts, {
    ...{ totalCalls: 9, refused: 1, errors: 0, hangs: 0 },
    calls: {
      login: { [ADMIN.username]: 1 },
      dashboard: { global: 2 },
      keys: { trader0001: 1, trader0002: 1 },
      trend: { 7: 1 },
      'key-stats': { crs_00001: 1 },
      'create-key': { trader0001: 1 },
      'delete-key': { [id]: 1 },
    },
  });
});

test('[CRS-9] a kept connection counts once, control requests open none that counts', async (t) => {
  const crs = await start(t);
  const get = (agent: Agent | false): Promise<void> => {
    return new Promise((resolve, reject) => {
      const sent = httpRequest(`${crs.url}/admin/dashboard`, { agent }, (answer) => answer.resume().on('end', resolve));
      sent.on('error', reject).end();
    });
  };
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  t.after(() => agent.destroy());
  await crs.counts();
  for (let i = 0; i < 3; i++) await get(agent);
  assert.equal((await crs.counts()).connections, 1);
  for (let i = 0; i < 3; i++) await get(false);
  assert.equal((await crs.counts()).connections, 4);
});

test('[CRS-10] a reset clears the counts, replays the latencies and leaves tokens good', async (t) => {
  const clock = new HastyClock();
  const crs = await start(t, { clock, latencyScale: 1 });
  const auth = bearer(await crs.login());
  const round = async (): Promise<number[]> => {
    assert.equal((await crs.ask('/__reset', { method: 'POST' })).status, 204);
    assert.equal((await crs.counts()).totalCalls, 0);
    clock.delays.length = 0;
    for (const question of QUESTIONS) assert.equal((await crs.ask(question, auth)).status, 200);
    return [...clock.delays];
  };
  const first = await round();
  assert.equal(first.length, 4);
  assert.deepEqual(await round(), first);
});

test('[CRS-12] what cannot be understood is turned away and not counted', async (t) => {
  const crs = await start(t);
  const auth = bearer(await crs.login());
  const post = (body: string): RequestInit => ({ ...auth, method: 'POST', body });
  const bad: [number, string, RequestInit?][] = [
    ...[0, -1, 1.5, 367, 'x'].map((days): [number, string] => [400, `/admin/trend?days=${days}`]),
    ...[400, 400].map((status, i): [number, string] => [status, `/admin/keys${i ? '' : `?user=${'x'.repeat(101)}`}`]),
    [404, '/admin'],
    [404, `/admin/keys/${'x'.repeat(81)}/stats`],
    [404, '/admin/keys/a%2Fb/stats'],
    [404, '/admin/dashboard', post('{}')],
    [400, '/admin/keys', post('{')],
    [400, '/admin/keys', post('{}')],
    [400, '/admin/keys', post('x'.repeat(20_000))],
  ];
  for (const [status, path, init = auth] of bad) {
    const answer = await crs.ask(path, init);
    assert.equal(answer.status, status, path);
    assert.equal(typeof (answer.body as { error: unknown }).error, 'string');
  }
  const socket = connect((crs.server.address() as AddressInfo).port, '127.0.0.1');
  socket.end('GET // HTTP/1.1\r\nhost: crs\r\nconnection: close\r\n\r\n');
  assert.match(String(await once(socket, 'data')), /^HTTP\/1\.1 400/);
  assert.equal((await crs.counts()).totalCalls, 1);
});

test('[CRS-13] a client that hangs up takes its timer with it', { timeout: 5_000 }, async (t) => {
  const cancelled = Promise.withResolvers<void>();
  const scheduled = Promise.withResolvers<void>();
  const clock: Clock = {
    ...systemClock,
    schedule: () => {
      scheduled.resolve();
      return { cancel: () => cancelled.resolve() };
    },
  };
  const crs = await start(t, { clock, latencyScale: 1 });
  const hangUp = new AbortController();
  const body = JSON.stringify(ADMIN);
  const asked = crs.ask('/admin/login', { method: 'POST', body, signal: hangUp.signal });
  await scheduled.promise;
  hangUp.abort();
  await assert.rejects(asked, { name: 'AbortError' });
  await cancelled.promise;
});
