import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createTestDatabase, startPostgres } from '@millrace/scripts/services';
import { createPostgresRevocationLog, type RevocableClaims } from 'millrace/auth';
import { createFaultProxy } from 'millrace/testing';
import { until } from '../cache/sharing-caches.ts';
import { postgresClients } from './postgres-clients.ts';
import { RevokingProcess } from './revoking-processes.ts';

const ENDED = 'MILLRACE_AUTH_TOKEN_REVOKED';
const UNKNOWN = 'MILLRACE_AUTH_REVOCATION_UNKNOWN';

function issue(more: Partial<RevocableClaims> & { readonly ver?: number } = {}): RevocableClaims {
  const iat = Math.floor(Date.now() / 1_000);
  return { sub: 'ada', jti: randomUUID(), iat, exp: iat + 3_600, ver: 0, ...more } as RevocableClaims;
}

async function makeLog(url: string) {
  const { pool, query } = postgresClients(url, 2);
  const log = createPostgresRevocationLog({ query });
  await log.createTables();
  return { log, end: () => pool.end() };
}

test('[AUTH-106] with two processes a logout counts in the other at once, and a password change keeps its session', async (t) => {
  const url = await createTestDatabase(t);
  const { log, end } = await makeLog(url);
  const [a, b] = await Promise.all([RevokingProcess.start(t, { url }), RevokingProcess.start(t, { url })]);
  t.after(end);
  const delays: number[] = [];
  for (let count = 0; count < 200; count++) {
    const claims = issue();
    const watching = b.tell({ do: 'watch', claims });
    await sleep(2);
    const { outcome, at } = await a.tell({ do: 'end-token', claims });
    const refused = await watching;
    assert.deepEqual([outcome, refused.outcome], ['ok', ENDED]);
    assert.equal((await a.tell({ do: 'check', claims })).outcome, ENDED);
    delays.push(Math.max(0, refused.at - at));
  }
  delays.sort((one, other) => one - other);
  const [p50, p99, max] = [0.5, 0.99, 1].map((share) => delays[Math.ceil(delays.length * share) - 1]!.toFixed(1));
  t.diagnostic(`logout to 401 in the other process: p50 ${p50} ms, p99 ${p99} ms, most ${max} ms`);
  assert.ok(Number(max) <= 2_000, 'no later than the budget');

  const [here, there] = [issue(), issue()];
  await a.tell({ do: 'end-subject', subject: 'ada', options: { except: here.jti! } });
  const after = issue({ ver: await log.head() });
  await until('it counts there', async () => (await b.tell({ do: 'check', claims: there })).outcome === ENDED);
  for (const each of [a, b]) {
    for (const [claims, due] of [
      [here, 'ok'],
      [there, ENDED],
      [after, 'ok'],
    ] as const) {
      assert.equal((await each.tell({ do: 'check', claims, scope: 'admin' })).outcome, due);
    }
  }
});

for (const [how, faults] of [
  ['is cut', { refuse: true }],
  ['falls silent', { halfOpen: true }],
] as const) {
  test(`[AUTH-106] a logout while the feed ${how} for three seconds counts in time`, async (t) => {
    const url = await createTestDatabase(t);
    const { end } = await makeLog(url);
    t.after(end);
    const socket = new URL(url).searchParams.get('host');
    if (socket === null) return t.skip('the server of this run is not on a socket');
    const proxy = await createFaultProxy({ target: { path: `${socket}/.s.PGSQL.5432` } });
    t.after(() => proxy.close());
    const listenUrl = `postgres://postgres@${proxy.host}:${proxy.port}${new URL(url).pathname}`;
    const [a, b] = await Promise.all([RevokingProcess.start(t, { url }), RevokingProcess.start(t, { url, listenUrl })]);
    const [claims, later] = [issue(), issue()];
    proxy.set(faults);
    if ('refuse' in faults) proxy.resetAll();
    await sleep(500);
    const watching = b.tell({ do: 'watch', claims });
    const { at } = await a.tell({ do: 'end-token', claims });
    const refused = await watching;
    t.diagnostic(`logout to 401 while the feed ${how}: ${(refused.at - at).toFixed(0)} ms`);
    assert.equal(refused.outcome, ENDED);
    assert.ok(refused.at - at < 2_000, 'no later than the budget');
    await sleep(3_000);
    proxy.clear();
    await sleep(3_000);
    const watchingLater = b.tell({ do: 'watch', claims: later });
    await a.tell({ do: 'end-token', claims: later });
    assert.equal((await watchingLater).outcome, ENDED);
  });
}

test('[AUTH-106] while the database is away closed scopes answer 503, open ones go on, and what was ended stays ended', async (t) => {
  const postgres = await startPostgres({ environment: {} });
  t.after(() => postgres.close());
  const url = await postgres.createDatabase('sessions');
  const { end } = await makeLog(url);
  await end();
  const [a, b] = await Promise.all([RevokingProcess.start(t, { url }), RevokingProcess.start(t, { url })]);
  const [ended, live] = [issue(), issue()];
  assert.equal((await a.tell({ do: 'end-token', claims: ended })).outcome, 'ok');
  await until('it counts there', async () => (await b.tell({ do: 'check', claims: ended })).outcome === ENDED);
  await postgres.power!.stop('fast');
  await sleep(2_500);
  for (const each of [a, b]) {
    const outcomes = async (claims: RevocableClaims) => {
      const all = ['default', 'admin', 'read'].map((scope) => each.tell({ do: 'check', claims, scope }));
      return (await Promise.all(all)).map(({ outcome }) => outcome);
    };
    assert.deepEqual(await outcomes(live), [UNKNOWN, UNKNOWN, 'ok']);
    assert.deepEqual(await outcomes(ended), [ENDED, ENDED, ENDED]);
  }
  assert.equal((await a.tell({ do: 'end-token', claims: live })).outcome, 'MILLRACE_AUTH_REVOCATION_FAILED');
  await postgres.power!.start();
  for (const each of [a, b]) {
    await until('it is well again', async () => (await each.tell({ do: 'check', claims: live })).outcome === 'ok');
    assert.equal((await each.tell({ do: 'check', claims: ended, scope: 'admin' })).outcome, ENDED);
  }
});
