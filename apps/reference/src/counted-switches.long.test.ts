import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { CounterName } from './counters.ts';
import { usernameOf, userPassword, WHALE_USER } from './data/index.ts';
import type { Service } from './service.ts';
import type { SwitchId } from './switches.ts';
import { startTrial, type Trial, trialCallers } from './trial.ts';

const { whale } = trialCallers();
const ME = '/api/v1/auth/me';
const TREND = '/api/v1/stats/trend?days=7';

let trial: Trial;
before(async () => {
  trial = await startTrial();
});
after(() => trial?.[Symbol.asyncDispose]());

async function get({ app }: Service, url: string): Promise<void> {
  const answer = await app.inject({ url, headers: whale });
  assert.equal(answer.statusCode, 200, answer.body);
}

/** The same work on a service with this switch alone, and on one with none. */
async function onAndOff<T>(id: SwitchId, work: (service: Service) => Promise<T>): Promise<{ on: T; off: T }> {
  const workWith = async (switches: string): Promise<T> => {
    await using service = await trial.open(switches);
    return await work(service);
  };
  return { on: await workWith(id), off: await workWith('optimised') };
}

/** How much the work adds to a counter. */
async function added({ counters }: Service, name: CounterName, work: () => Promise<void>): Promise<number> {
  const before = counters.get(name);
  await work();
  return counters.get(name) - before;
}

describe('each switch shows what it does as counts', () => {
  test('[REF-10] auth.hash-on-loop: a login hashes on the loop, or in a thread', async () => {
    const counts = await onAndOff('auth.hash-on-loop', async ({ app, counters }) => {
      const payload = { username: usernameOf(WHALE_USER), password: userPassword(WHALE_USER) };
      const answer = await app.inject({ method: 'POST', url: '/api/v1/auth/token', payload });
      assert.equal(answer.statusCode, 200);
      return [counters.get('synchronousHashes'), counters.get('pooledHashes')];
    });
    assert.deepEqual(counts, { on: [1, 0], off: [0, 1] });
  });

  test("[REF-21] auth.hash-on-libuv: a login hashes on libuv's threads, or in one of ours", async () => {
    const counts = await onAndOff('auth.hash-on-libuv', async ({ app, counters }) => {
      const payload = { username: usernameOf(WHALE_USER), password: userPassword(WHALE_USER) };
      const answer = await app.inject({ method: 'POST', url: '/api/v1/auth/token', payload });
      assert.equal(answer.statusCode, 200);
      return (['synchronousHashes', 'libuvHashes', 'pooledHashes'] as const).map((name) => counters.get(name));
    });
    assert.deepEqual(counts, { on: [0, 1, 0], off: [0, 0, 1] });
  });

  test('[REF-11] auth.db-per-request: an identity query for each request, or for the first', async () => {
    const counts = await onAndOff('auth.db-per-request', async (service) => {
      for (let i = 0; i < 5; i++) await get(service, ME);
      const { counters } = service;
      return [counters.get('identityQueries'), counters.get('identityHits'), counters.get('authorisedRequests')];
    });
    assert.deepEqual(counts, { on: [5, 0, 5], off: [1, 4, 5] });
  });

  test('[REF-12] db.pool-of-2: ten queries at once share two connections, or have ten', async () => {
    const counts = await onAndOff('db.pool-of-2', async (service) => {
      await Promise.all(Array.from({ length: 10 }, () => get(service, '/health/ready')));
      return service.counters.get('dbConnects');
    });
    assert.deepEqual(counts, { on: 2, off: 10 });
  });

  test('[REF-22] db.pool-of-10: thirty queries at once share ten connections, or have thirty', async () => {
    const counts = await onAndOff('db.pool-of-10', async (service) => {
      await Promise.all(Array.from({ length: 30 }, () => get(service, '/health/ready')));
      return service.counters.get('dbConnects');
    });
    assert.deepEqual(counts, { on: 10, off: 30 });
  });

  test('[REF-25] db.pg-connect-per-request: ten requests in turn open ten connections, or share one', async () => {
    const counts = await onAndOff('db.pg-connect-per-request', async (service) => {
      return added(service, 'dbConnects', async () => {
        for (let i = 0; i < 10; i++) await get(service, '/health/ready');
      });
    });
    assert.deepEqual(counts, { on: 10, off: 0 });
  });

  test('[REF-34] db.parse-per-query: no statement is prepared, or each for all its values', async () => {
    const counts = await onAndOff('db.parse-per-query', async (service) => {
      await get(service, ME);
      return added(service, 'preparedStatements', async () => {
        for (let limit = 1; limit <= 3; limit++) await get(service, `/api/v1/signals?limit=${limit}`);
        await get(service, '/api/v1/stats/usage?minTokens=1');
      });
    });
    assert.deepEqual(counts, { on: 0, off: 1 });
  });

  test('[REF-17] cache.none: every read goes to the database, or the first', async () => {
    const counts = await onAndOff('cache.none', async (service) => {
      await get(service, ME);
      return added(service, 'dbQueries', async () => {
        for (let i = 0; i < 3; i++) await get(service, '/api/v1/signals');
      });
    });
    assert.deepEqual(counts, { on: 3, off: 1 });
  });

  test('[REF-18] upstream.no-cache: a call for each request, or for the first', async () => {
    const counts = await onAndOff('upstream.no-cache', async (service) => {
      await trial.crs.reset();
      for (let i = 0; i < 3; i++) await get(service, TREND);
      return (await trial.crs.counts()).calls;
    });
    assert.deepEqual(counts.on, { login: { [trial.crs.adminUser]: 1 }, trend: { 7: 3 } });
    assert.deepEqual(counts.off, { login: { [trial.crs.adminUser]: 1 }, trend: { 7: 1 } });
  });

  test('[REF-19] upstream.new-connection: a connection for each call, or few for all', async () => {
    const counts = await onAndOff('upstream.new-connection', async (service) => {
      await trial.crs.reset();
      for (let days = 1; days <= 10; days++) await get(service, `/api/v1/stats/trend?days=${days}`);
      const { connections } = await trial.crs.counts();
      return {
        calls: service.counters.get('upstreamCalls'),
        own: service.counters.get('upstreamConnects'),
        connections,
      };
    });
    assert.deepEqual(counts.on, { calls: 11, own: 11, connections: 11 });
    // A second one, when a call begins in the very moment in which the one before it ends.
    assert.ok(counts.off.connections <= 2, `${counts.off.connections} connections`);
    assert.deepEqual([counts.off.calls, counts.off.own], [11, counts.off.connections]);
  });

  test('[REF-20] upstream.no-single-flight: twenty who ask at once make twenty calls, or share one', async () => {
    const counts = await onAndOff('upstream.no-single-flight', async (service) => {
      await get(service, '/api/v1/stats/dashboard');
      await trial.crs.reset();
      await Promise.all(Array.from({ length: 20 }, () => get(service, TREND)));
      return (await trial.crs.counts()).calls;
    });
    assert.deepEqual(counts, { on: { trend: { 7: 20 } }, off: { trend: { 7: 1 } } });
  });
});
