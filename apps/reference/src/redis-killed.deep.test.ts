import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { startOwnRedis } from '@millrace/scripts/services';
import { makeKey, revokeKey } from './api-keys.test.scene.ts';
import type { Service } from './service.ts';
import { bearer, logIn, statusOf } from './sessions.test.scene.ts';
import { allShare, until } from './shared-tiers.test.scene.ts';
import { startTrial, type Trial } from './trial.ts';

/** Users of the data whom nobody else needs. */
const USERS = [5, 6, 7, 8];
/** After an answer the other instance hears of an end within milliseconds; a machine that does much else takes longer. */
const HEARD_MS = 2_000;
/** No answer about who somebody is takes longer; a hash may wait for its turn. */
const BOUND_MS = 2_000;

let trial: Trial;
before(async () => {
  trial = await startTrial();
});
after(() => trial?.[Symbol.asyncDispose]());

/** Users who come and go for as long as they may, each at one of the instances and then at the other. */
class Crowd {
  readonly statuses = new Map<number, number>();
  readonly late: number[] = [];
  readonly #services: readonly Service[];
  readonly #visits: Promise<void>[];
  #isOver = false;

  constructor(services: readonly [Service, Service]) {
    this.#services = services;
    this.#visits = USERS.map((userId, index) => this.#comeAndGo(userId, index));
    for (const visit of this.#visits) visit.catch(() => {}); // end() tells it.
  }

  /** Lets each end its visit; rejects when one was let in who had gone. */
  async end(): Promise<void> {
    this.#isOver = true;
    await Promise.all(this.#visits);
  }

  async #comeAndGo(userId: number, index: number): Promise<void> {
    for (let visit = index; !this.#isOver; visit++) {
      const [here, there] = [this.#services[visit % 2], this.#services[(visit + 1) % 2]] as [Service, Service];
      const token = await logIn(here, userId);
      const { id, apiKey } = await makeKey(here, userId);
      for (let each = 0; each < 20; each++) {
        for (const service of [here, there]) {
          assert.deepEqual([await this.#look(service, token), await this.#look(service, apiKey)], [200, 200]);
        }
        await sleep(5);
      }
      const logout = await here.app.inject({ method: 'POST', url: '/api/v1/auth/logout', headers: bearer(token) });
      this.#count(logout.statusCode);
      this.#count(await revokeKey(here, userId, id));
      for (const gone of [token, apiKey]) {
        assert.equal(await this.#look(here, gone), 401);
        await this.#isRefusedSoon(there, gone);
      }
    }
  }

  async #isRefusedSoon(service: Service, gone: string): Promise<void> {
    const startedAt = performance.now();
    while ((await this.#look(service, gone)) !== 401) {
      assert.ok(performance.now() - startedAt < HEARD_MS, 'nobody told the other instance');
      await sleep(5);
    }
    for (let each = 0; each < 10; each++) assert.equal(await this.#look(service, gone), 401);
  }

  async #look(service: Service, token: string): Promise<number> {
    const startedAt = performance.now();
    const status = await statusOf(service, token);
    if (performance.now() - startedAt > BOUND_MS) this.late.push(performance.now() - startedAt);
    return this.#count(status);
  }

  #count(status: number): number {
    this.statuses.set(status, (this.statuses.get(status) ?? 0) + 1);
    return status;
  }
}

test('[REF-209] a Redis that is killed, and comes back empty, costs nobody who signs in, asks or leaves an answer', async (t) => {
  const redis = await startOwnRedis();
  if (redis === undefined) return t.skip('no Redis');
  t.after(() => redis.close());
  const env = { DATABASE_URL: await trial.createDatabase('optimised'), REDIS_URL: redis.url };
  const services = [await trial.open('optimised', { env }), await trial.open('optimised', { env })] as const;
  const share = (): Promise<boolean> => allShare(services[0]).then((one) => one && allShare(services[1]));
  await until(share);
  const crowd = new Crowd(services);
  for (let kill = 0; kill < 3; kill++) {
    await sleep(1_000);
    await redis.kill();
    await sleep(1_500);
    await redis.start();
    await until(share);
  }
  await crowd.end();
  t.diagnostic(JSON.stringify([...crowd.statuses]));
  assert.deepEqual(
    [...crowd.statuses.keys()].filter((status) => status >= 500),
    [],
  );
  assert.ok((crowd.statuses.get(200) ?? 0) > 500);
  assert.deepEqual(crowd.late, []);
});
