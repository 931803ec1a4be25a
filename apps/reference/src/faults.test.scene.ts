import assert from 'node:assert/strict';
import { createFaultProxy, type FaultProxy, type Faults } from 'millrace/testing';
import type { Service } from './service.ts';
import { type Trial, trialBearer } from './trial.ts';

const USER = 1;
const HEADERS = { authorization: `Bearer ${trialBearer(USER)}` };
/** No answer takes longer: two seconds to find out, and the machine's share. */
const BOUND_MS = 8_000;

/** A service with a fault proxy before all that it stands on. */
export interface Scene extends AsyncDisposable {
  readonly service: Service;
  readonly database: FaultProxy;
  readonly upstream: FaultProxy;
  readonly strategyId: number;
}

export async function openScene(trial: Trial, switches = 'optimised'): Promise<Scene> {
  await using stack = new AsyncDisposableStack();
  const url = new URL(await trial.createDatabase(switches));
  url.searchParams.set('options', '-c synchronous_commit=on');
  const folder = url.searchParams.get('host');
  const target = folder === null ? { host: url.hostname, port: Number(url.port) } : { path: `${folder}/.s.PGSQL.5432` };
  const database = stack.use(await createFaultProxy({ target }));
  url.searchParams.delete('host');
  url.host = `127.0.0.1:${database.port}`;
  const crs = new URL(trial.crs.url);
  const upstream = stack.use(await createFaultProxy({ target: { host: crs.hostname, port: Number(crs.port) } }));
  const env = { DATABASE_URL: url.href, CRS_URL: `http://127.0.0.1:${upstream.port}` };
  const service = await trial.open(switches, { env });
  stack.defer(() => service.close());
  const { statusCode, body } = await ask(service, '/api/v1/strategies?limit=1');
  assert.equal(statusCode, 200, body);
  const strategyId = JSON.parse(body).items[0].id;
  const kept = stack.move();
  return { ...{ service, database, upstream, strategyId }, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}

/** Asks as a user of the data; fails when the answer takes too long. */
export async function ask({ app }: Service, url: string, payload?: object) {
  const startedAt = performance.now();
  const method = payload === undefined ? 'GET' : 'POST';
  const answer = await app.inject({ method, url, headers: HEADERS, ...(payload && { payload }) });
  const tookMs = performance.now() - startedAt;
  assert.ok(tookMs < BOUND_MS, `${url} took ${tookMs} ms`);
  return answer;
}

/** What the routes do while the key service is away, and afterwards. `status` is that of an answer that needs it. */
export async function outlivesUpstream(trial: Trial, faults: Faults, status: number): Promise<void> {
  await using scene = await openScene(trial);
  const { service, upstream } = scene;
  await ask(service, '/api/v1/stats/trend?days=3');
  upstream.set(faults);
  if (faults.refuse) upstream.resetAll();
  const [page, dashboard, own, kept] = await Promise.all([
    ask(service, '/api/v1/keys?limit=2'),
    ask(service, '/api/v1/stats/dashboard'),
    ask(service, '/api/v1/stats/leaderboard'),
    ask(service, '/api/v1/stats/trend?days=3'),
  ]);
  assert.deepEqual([page.statusCode, JSON.parse(page.body).upstreamAvailable], [200, false]);
  assert.equal(dashboard.statusCode, status);
  assert.deepEqual([own.statusCode, kept.statusCode], [200, 200]);
  upstream.clear();
  assert.equal((await ask(service, '/api/v1/stats/dashboard')).statusCode, 200);
  assert.equal(JSON.parse((await ask(service, '/api/v1/keys?limit=2')).body).upstreamAvailable, true);
}
