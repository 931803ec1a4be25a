import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { userPassword } from './data/index.ts';
import type { Service } from './service.ts';
import { bearer, logIn, statusOf } from './sessions.test.scene.ts';
import { startTrial, type Trial } from './trial.ts';

/** After an answer the others hear of it within milliseconds; a machine that does much else takes longer. */
const HEARD_MS = 2_000;
const NEW_PASSWORD = 'quite another password';
/** Nobody listens there. */
const NO_REDIS = 'redis://127.0.0.1:1/0';

let trial: Trial;
before(async () => {
  trial = await startTrial();
});
after(() => trial?.[Symbol.asyncDispose]());

/** Asks until it is refused, and then never gets in again. */
async function isRefusedSoon(service: Service, token: string): Promise<void> {
  const startedAt = performance.now();
  while ((await statusOf(service, token)) !== 401) {
    assert.ok(performance.now() - startedAt < HEARD_MS, 'nobody told the other instance');
    await sleep(5);
  }
  const later = await Promise.all(Array.from({ length: 20 }, () => statusOf(service, token)));
  assert.ok(later.every((status) => status === 401));
}

test('[REF-154] without a Redis, or cut off from it, an instance hears of logouts and new passwords', async () => {
  const DATABASE_URL = await trial.createDatabase('optimised');
  await using here = await trial.open('optimised', { env: { DATABASE_URL } });
  await using there = await trial.open('optimised', { env: { DATABASE_URL, REDIS_URL: NO_REDIS } });
  const [leaving, kept, other] = [await logIn(here, 5), await logIn(here, 5), await logIn(there, 5)];
  for (const token of [leaving, kept, other])
    for (const service of [here, there]) assert.equal(await statusOf(service, token), 200);
  const logout = await here.app.inject({ method: 'POST', url: '/api/v1/auth/logout', headers: bearer(leaving) });
  assert.equal(logout.statusCode, 204);
  assert.equal(await statusOf(here, leaving), 401);
  await isRefusedSoon(there, leaving);
  const change = await there.app.inject({
    ...{ method: 'PUT', url: '/api/v1/auth/me/password', headers: bearer(kept) },
    payload: { currentPassword: userPassword(5), newPassword: NEW_PASSWORD },
  });
  assert.equal(change.statusCode, 204, change.body);
  assert.equal(await statusOf(there, other), 401);
  await isRefusedSoon(here, other);
  const fresh = await logIn(here, 5, NEW_PASSWORD);
  for (const service of [here, there])
    assert.deepEqual([await statusOf(service, kept), await statusOf(service, fresh)], [200, 200]);
});
