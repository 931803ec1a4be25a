import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { createFaultProxy, type Faults } from 'millrace/testing';
import type { Service } from './service.ts';
import { allShare, sharedCaches, sharedEnvironment, until } from './shared-tiers.test.scene.ts';
import { type Trial, trialBearer } from './trial.ts';

const USER = 2;
/** No answer takes longer while Redis is away. */
const BOUND_MS = 2_000;
const STRATEGY = { strategyClass: 'A', exchange: 'a', timeframe: '5m', pairWhitelist: ['BTC/USDT'] };

async function ask({ app }: Service, url: string, payload?: object) {
  const startedAt = performance.now();
  const headers = { authorization: `Bearer ${trialBearer(USER)}` };
  const answer = await app.inject({ method: payload ? 'POST' : 'GET', url, headers, ...(payload && { payload }) });
  const tookMs = performance.now() - startedAt;
  assert.ok(tookMs < BOUND_MS, `${url} took ${tookMs} ms`);
  assert.ok(answer.statusCode < 300, `${url}: ${answer.statusCode} ${answer.body}`);
  return answer;
}

const LIST = '/api/v1/strategies?limit=5';
const write = (service: Service, name: string) => ask(service, '/api/v1/strategies', { ...STRATEGY, name });
const shows = async (service: Service, name: string): Promise<boolean> =>
  (await ask(service, LIST)).body.includes(`"${name}"`);

/** What an instance does while Redis is away from it, and how it and another one agree afterwards. */
export async function outlivesRedis(t: TestContext, trial: Trial, faults: Faults): Promise<void> {
  const shared = await sharedEnvironment();
  if (shared === undefined) return t.skip('no Redis');
  const url = new URL(shared.REDIS_URL);
  await using proxy = await createFaultProxy({ target: { host: url.hostname, port: Number(url.port || 6_379) } });
  const env = { ...shared, DATABASE_URL: await trial.createDatabase('optimised') };
  const other = await trial.open('optimised', { env });
  url.host = `127.0.0.1:${proxy.port}`;
  const service = await trial.open('optimised', { env: { ...env, REDIS_URL: url.href } });
  await until(async () => (await allShare(service)) && (await allShare(other)));
  await ask(service, LIST);

  proxy.set(faults);
  if (faults.refuse) proxy.resetAll();
  await write(service, 'while it is away');
  assert.ok(await shows(service, 'while it is away'));
  for (const page of ['/health/ready', '/api/v1/auth/me', '/api/v1/signals', '/api/v1/stats/dashboard']) {
    await ask(service, page);
  }
  await until(async () => {
    const { body } = await ask(service, '/metrics');
    return [...sharedCaches(body).values()].every((state) => state === 0);
  });
  const pending = sharedCaches((await ask(service, '/metrics')).body, 'cache_invalidations_pending');
  assert.equal(pending.get('reads'), 1);

  proxy.clear();
  // TCP would repeat what was thrown away, or end the connection; a stream that lacks it answers each command with another's reply.
  if (faults.halfOpen) proxy.resetAll();
  await until(() => allShare(service));
  await until(() => shows(other, 'while it is away'));
  await write(other, 'when it is back');
  await until(() => shows(service, 'when it is back'));
  await service.close();
  await other.close();
}
