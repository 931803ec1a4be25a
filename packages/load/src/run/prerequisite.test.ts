import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { propertySeed } from 'millrace/testing';
import type { Scenario, Step } from '../scenario/index.ts';
import { runVirtually, type Seen, type Treatment } from './virtual-run.test.ts';

interface User {
  readonly id: number;
  token: string | undefined;
}

const LOGIN: Step<User> = {
  name: 'login',
  weight: 1,
  build: (user) => ({ method: 'POST', path: '/login', body: `${user.id}` }),
  onAnswer: (answer, user) => {
    user.token = answer.body;
  },
};

const MEMBERS: Scenario<User> = {
  name: 'members',
  users: 4,
  createUser: (id) => ({ id, token: undefined }),
  pickUser: (_random, arrival) => arrival % 4,
  prerequisite: (user) => (user.token === undefined ? LOGIN : undefined),
  steps: [
    {
      name: 'me',
      weight: 1,
      build: (user) => ({ method: 'GET', path: '/me', headers: { Authorization: `${user.token}` } }),
    },
  ],
};

const ARRIVALS = { kind: 'constant', ratePerSecond: 100, durationMs: 1_000 } as const;

function serveMembers({ step }: Seen): Treatment {
  return step === 'login' ? { afterMs: 200, body: 'secret' } : { afterMs: 5 };
}

test('[LOAD-13] a prerequisite runs once at a time a user; all who wait then use its answer', async () => {
  const { result, seen } = await runVirtually({ scenario: MEMBERS, arrivals: ARRIVALS, serve: serveMembers });
  assert.equal(seen.filter(({ step }) => step === 'login').length, 4);
  assert.ok(seen.every(({ step, text }) => step === 'login' || text.includes('Authorization: secret')));
  assert.equal(result.total.ok, 100);
});

test('[LOAD-13] its time counts into the response time of those who waited, and it is a row of its own', async () => {
  const { result } = await runVirtually({ scenario: MEMBERS, arrivals: ARRIVALS, serve: serveMembers });
  const { login, me } = result.steps;
  assert.equal(login?.ok, 4);
  assert.equal(login?.responseTimeUs.max, 200_000);
  assert.equal(me?.ok, 100);
  assert.equal(me?.responseTimeUs.max, 205_000);
  assert.equal(me?.serviceTimeUs.max, 5_000);
  assert.equal(result.total.responseTimeUs.count, 100);
  assert.deepEqual(result.total, me);
});

test('[LOAD-13] a prerequisite with the name of a step does not mix with its row', async () => {
  const scenario = { ...MEMBERS, steps: [...MEMBERS.steps, LOGIN] };
  const { result } = await runVirtually({ scenario, arrivals: ARRIVALS, serve: serveMembers });
  assert.equal(result.steps['login (prerequisite)']?.ok, 4);
  assert.equal((result.steps.login?.ok ?? 0) + (result.steps.me?.ok ?? 0), 100);
  assert.equal(result.total.ok, 100);
});

test('[LOAD-14] when a prerequisite fails, those who waited fail unsent and the next arrival tries again', async () => {
  let logins = 0;
  const { result } = await runVirtually({
    scenario: { ...MEMBERS, users: 1, pickUser: () => 0 },
    arrivals: ARRIVALS,
    serve: ({ step }) => {
      if (step !== 'login') return { afterMs: 5 };
      return logins++ === 0 ? { afterMs: 105, status: 401 } : { afterMs: 105, body: 'secret' };
    },
  });
  assert.deepEqual(result.steps.login?.errors, { status: 1 });
  assert.equal(result.steps.login?.ok, 1);
  // Due at 0 to 100 ms: eleven waited for the first login, and failed when it did.
  assert.deepEqual(result.total.errors, { unsent: 11 });
  const { min, max, count } = result.total.refusedResponseTimeUs;
  assert.deepEqual([min, max, count, result.total.censored], [5_000, 105_000, 11, 0]);
  assert.equal(result.total.ok, 89);
});

test('[LOAD-14] what waits for a prerequisite that is not answered in time would have waited longer', async () => {
  const { result } = await runVirtually({
    scenario: { ...MEMBERS, users: 1, pickUser: () => 0 },
    arrivals: { kind: 'constant', ratePerSecond: 10, durationMs: 100 },
    timeoutMs: 200,
    serve: () => 'silent',
  });
  assert.deepEqual(result.total.errors, { unsent: 1 });
  assert.deepEqual([result.total.censored, result.total.refusedResponseTimeUs.count], [1, 0]);
  assert.ok(result.total.censoredFromUs >= 200_000);
});

test('[LOAD-14] when the run ends with a failing prerequisite, all who waited for it are counted', async () => {
  const { result } = await runVirtually({
    scenario: { ...MEMBERS, users: 1, pickUser: () => 0 },
    arrivals: { kind: 'constant', ratePerSecond: 10, durationMs: 500 },
    serve: () => ({ afterMs: 700, status: 503 }),
  });
  assert.deepEqual(result.total.errors, { unsent: 5 });
  assert.equal(result.total.responseTimeUs.count, 5);
  assert.equal(result.drainMs, 300);
});

test('[LOAD-14] a prerequisite that never helps is given up after eight times', async () => {
  const { result } = await runVirtually({
    scenario: { ...MEMBERS, users: 1, pickUser: () => 0, prerequisite: () => ({ ...LOGIN }) },
    arrivals: { kind: 'constant', ratePerSecond: 1, durationMs: 3_000 },
    serve: ({ step }) => ({ afterMs: step === 'login' ? 10 : 1 }),
  });
  assert.equal(result.steps.login?.ok, 24);
  assert.deepEqual(result.total.errors, { client: 3 });
  const [reason] = result.validity.reasons;
  assert.ok(reason?.code === 'cannot-send' && reason.values.count === 3, JSON.stringify(reason));
  assert.match(reason.values.cause, /prerequisite login was answered and is still needed/);
});

test("[LOAD-150] a prerequisite with an option that steps do not have is the generator's own failure", async () => {
  const misspelt = { ...LOGIN, onAnwser: LOGIN.onAnswer } as Step<User>;
  const { result, seen } = await runVirtually({
    scenario: { ...MEMBERS, prerequisite: () => misspelt },
    arrivals: { kind: 'constant', ratePerSecond: 10, durationMs: 300 },
    serve: serveMembers,
  });
  assert.deepEqual([result.total.errors, seen, Object.keys(result.steps)], [{ client: 3 }, [], ['me']]);
  const [reason] = result.validity.reasons;
  assert.ok(reason?.code === 'cannot-send' && reason.values.count === 3, JSON.stringify(reason));
  assert.match(reason.values.cause, /onAnwser.*onAnswer/);
});

test('[LOAD-13] tokens that expire are refreshed single-flight; no request goes out without one', async () => {
  const property = fc.asyncProperty(
    fc.array(fc.nat({ max: 120 }), { minLength: 1, maxLength: 20 }),
    fc.integer({ min: 1, max: 6 }),
    async (delays, connections) => {
      let underWay = 0;
      let next = 0;
      const scenario: Scenario<User> = {
        ...MEMBERS,
        users: 1,
        pickUser: () => 0,
        prerequisite: (user) => {
          if (underWay === 0 && next % 7 === 0) user.token = undefined;
          return user.token === undefined ? refresh : undefined;
        },
      };
      const refresh: Step<User> = {
        ...LOGIN,
        build: (user) => {
          underWay++;
          assert.equal(underWay, 1);
          return LOGIN.build(user, undefined as never);
        },
        onAnswer: (answer, user) => {
          underWay--;
          LOGIN.onAnswer?.(answer, user);
          next++;
        },
      };
      const { result, seen } = await runVirtually({
        scenario,
        arrivals: ARRIVALS,
        connections,
        drainMs: 60_000,
        serve: ({ step }) => ({ afterMs: delays[next++ % delays.length] as number, body: step === 'login' ? 't' : '' }),
      });
      assert.equal(result.total.ok, 100);
      assert.ok(seen.every(({ text }) => !text.includes('undefined')));
    },
  );
  await fc.assert(property, { numRuns: 40, ...propertySeed() });
});
