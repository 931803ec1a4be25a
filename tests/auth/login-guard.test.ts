import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { type TestContext, test } from 'node:test';
import { testRedis } from '@millrace/scripts/services';
import { createClient } from '@redis/client';
import { createLoginGuard, type LoginGuard, type LoginGuardOptions } from 'millrace/auth';
import { createFaultProxy } from 'millrace/testing';
import { STANDALONE } from '../redis/drivers.ts';

const NOBODY = 'redis://127.0.0.1:1';

async function openGuard(t: TestContext, url: string, options: Partial<LoginGuardOptions> = {}): Promise<LoginGuard> {
  const driver = STANDALONE['node-redis']!(url);
  if (url !== NOBODY) await driver.connected({ timeoutMs: 5_000 });
  const guard = createLoginGuard({ secrets: ['s'.repeat(32)], driver, ...options });
  t.after(async () => {
    guard.close();
    await driver.close();
  });
  return guard;
}

async function passing(guards: readonly LoginGuard[], times: number): Promise<number> {
  const attempts = Array.from({ length: times }, (_, each) =>
    guards[each % guards.length]!.begin({ account: 'ada@example.org', network: '192.0.2.77' }),
  );
  return (await Promise.all(attempts)).filter(({ allowed }) => allowed).length;
}

test('[AUTH-128, AUTH-129] two processes count together, under names that tell nothing', async (t) => {
  const url = await testRedis();
  if (url === undefined) return t.skip('no Redis');
  const name = `login-${randomBytes(6).toString('hex')}`;
  const guards = [await openGuard(t, url, { name }), await openGuard(t, url, { name })];
  assert.equal(await passing(guards, 40), 5);
  const [request, elsewhere] = [
    { account: 'bob', network: 'x' },
    { account: 'bob', network: 'y' },
  ];
  for (let each = 0; each < 9; each++) await (await guards[each % 2]!.begin(request)).succeeded();
  const device = await (await guards[0]!.begin(request)).succeeded();
  for (let each = 0; each < 30; each++) await guards[0]!.begin({ account: 'bob', network: `network ${each}` });
  assert.equal((await guards[1]!.begin(elsewhere)).allowed, false);
  assert.equal((await guards[1]!.begin({ ...elsewhere, device })).allowed, true);

  const client = await createClient({ url }).connect();
  t.after(() => client.close());
  const keys: string[] = [];
  for await (const found of client.scanIterator({ MATCH: `*${name}*`, COUNT: 1_000 })) keys.push(...found);
  assert.ok(keys.length > 10);
  for (const key of keys) for (const told of ['ada', 'bob', '192.0.2', 'network ']) assert.ok(!key.includes(told), key);
});

test('[AUTH-142] while Redis is slow all processes go on counting together', async (t) => {
  const server = await testRedis();
  if (server === undefined) return t.skip('no Redis');
  const url = new URL(server);
  const proxy = await createFaultProxy({ target: { host: url.hostname, port: Number(url.port) } });
  t.after(() => proxy.close());
  url.port = String(proxy.port);
  const name = `login-${randomBytes(6).toString('hex')}`;
  const guards = [await openGuard(t, url.href, { name }), await openGuard(t, url.href, { name })];
  proxy.set({ latencyMs: 40 });
  assert.equal(await passing(guards, 20), 5);
});

test('[AUTH-128] while Redis is away a process lets its share of guesses through, or none', async (t) => {
  const shared = await openGuard(t, NOBODY, { localShare: 0.5 });
  assert.equal(await passing([shared], 40), 2);
  const closed = await openGuard(t, NOBODY, { whenAway: 'closed' });
  assert.equal(await passing([closed], 40), 0);
});
