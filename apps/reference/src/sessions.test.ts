import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism, constants } from 'node:os';
import { after, before, describe, test } from 'node:test';
import { createFakeClock } from 'millrace/testing';
import { createApp } from './app.ts';
import { NO_LIMITS } from './baseline/index.ts';
import { Counters } from './counters.ts';
import { inactiveUser, PROFILES, usernameOf, userPassword } from './data/index.ts';
import { Database } from './database.ts';
import { createCachedIdentities } from './optimised/index.ts';
import type { Accounts, ApiKeys, Identity, Passwords, User } from './ports/index.ts';
import { createAccounts } from './postgres/index.ts';
import { authRoutes, createAuthorisation } from './routes/index.ts';
import { createService, type Service } from './service.ts';
import { logIn, statusOf } from './sessions.test.scene.ts';
import { readSettings } from './settings.ts';
import { createTokens } from './tokens.ts';
import { startTrial, TRIAL_SECRET, type Trial, trialEnvironment } from './trial.ts';

/** A thread a core. */
const HASH_THREADS = availableParallelism();
/** Passwords that wait for one. */
const QUEUE = 16;

let trial: Trial;
before(async () => {
  trial = await startTrial();
});
after(() => trial?.[Symbol.asyncDispose]());

for (const mode of ['origin', 'optimised']) {
  describe(`sessions, ${mode}`, () => {
    let service: Service;
    before(async () => {
      service = await trial.open(mode);
    });

    test('[REF-50] a logout ends its session at once, and no other', async () => {
      const [leaving, staying] = [await logIn(service, 5), await logIn(service, 5)];
      assert.deepEqual([await statusOf(service, leaving), await statusOf(service, staying)], [200, 200]);
      const reads = Array.from({ length: 20 }, () => statusOf(service, leaving));
      const headers = { authorization: `Bearer ${leaving}` };
      const logout = await service.app.inject({ method: 'POST', url: '/api/v1/auth/logout', headers });
      assert.equal(logout.statusCode, 204);
      const afterwards = await Promise.all(Array.from({ length: 20 }, () => statusOf(service, leaving)));
      assert.ok(afterwards.every((status) => status === 401));
      assert.ok((await Promise.all(reads)).every((status) => status === 200 || status === 401));
      assert.equal(await statusOf(service, staying), 200);
    });

    test('[REF-51] a new password ends all sessions of the user but the one it came by', async () => {
      const [here, there, other] = [await logIn(service, 6), await logIn(service, 6), await logIn(service, 7)];
      for (const token of [here, there, other]) assert.equal(await statusOf(service, token), 200);
      const answer = await service.app.inject({
        method: 'PUT',
        url: '/api/v1/auth/me/password',
        headers: { authorization: `Bearer ${here}` },
        payload: { currentPassword: userPassword(6), newPassword: 'quite another password' },
      });
      assert.equal(answer.statusCode, 204, answer.body);
      const statuses = [await statusOf(service, here), await statusOf(service, there), await statusOf(service, other)];
      assert.deepEqual(statuses, [200, 401, 200]);
      await logIn(service, 6, 'quite another password');
    });

    test('[REF-54] whoever is refused costs a hash and a query, and is answered the same to the byte', async () => {
      const inactive = inactiveUser(PROFILES.tiny);
      const counted = (): number[] =>
        (['synchronousHashes', 'pooledHashes', 'dbQueries'] as const).map((name) => service.counters.get(name));
      const answers: unknown[] = [];
      for (const [username, password] of [
        [usernameOf(8), 'not the password'],
        ['nobody at all', 'not the password'],
        [usernameOf(inactive), userPassword(inactive)],
      ] as const) {
        const before = counted();
        const payload = { username, password };
        const { statusCode, headers, body } = await service.app.inject({
          ...{ method: 'POST', url: '/api/v1/auth/token', payload },
        });
        const { date: _, ratelimit: __, ...rest } = headers;
        const cost = counted().map((count, at) => count - (before[at] ?? 0));
        answers.push({ statusCode, headers: rest, body, cost });
      }
      assert.deepEqual(answers[1], answers[0]);
      assert.deepEqual(answers[2], answers[0]);
      const cost = mode === 'origin' ? [1, 0, 1] : [0, 1, 1];
      assert.partialDeepStrictEqual(answers[0], { statusCode: 401, cost });
    });
  });
}

test('[REF-52] an identity whose load began before a logout lets nobody in after it', async () => {
  const clock = createFakeClock({ wallMs: Date.now() });
  const tokens = createTokens(TRIAL_SECRET, 3_600, clock);
  const sessionId = '00000000-0000-4000-8000-000000000001';
  const identity: Identity = { userId: 5, username: 'a', email: 'b', createdAt: 'c', sessionId };
  const loads: PromiseWithResolvers<Identity | undefined>[] = [];
  const loadIdentity = (): Promise<Identity | undefined> => {
    const load = Promise.withResolvers<Identity | undefined>();
    loads.push(load);
    return load.promise;
  };
  for (const forget of ['token', 'user'] as const) {
    loads.length = 0;
    const accounts = { loadIdentity } as unknown as Accounts;
    const identities = createCachedIdentities({ tokens, accounts, counters: new Counters(), clock });
    const { token } = tokens.sign(5, sessionId);
    const early = identities.check(token);
    if (forget === 'token') void identities.forgetToken(token);
    else void identities.forgetUser(5, 'another.token.of-the-user');
    const late = identities.check(token);
    loads[0]?.resolve(identity);
    await early;
    loads[1]?.resolve(undefined);
    await assert.rejects(async () => late, { status: 401 });
    const last = identities.check(token);
    loads[2]?.resolve(undefined);
    await assert.rejects(async () => last, { status: 401 });
    assert.equal(loads.length, 3);
    await identities.close();
  }
});

/** The routes of accounts over a store that does what it is told and then loses its answer. */
async function openForgetfulApp() {
  const clock = createFakeClock({ wallMs: Date.now() });
  const tokens = createTokens(TRIAL_SECRET, 3_600, clock);
  const counters = new Counters();
  const user: User = { id: 5, username: 'a', email: 'b', passwordHash: 'hash', isActive: true, createdAt: 'c' };
  const ended = new Set<string>();
  const sessionId = (digit: number): string => `00000000-0000-4000-8000-00000000000${digit}`;
  const lose = async (...sessionIds: string[]): Promise<never> => {
    for (const id of sessionIds) ended.add(id);
    throw new Error('the answer was lost');
  };
  const accounts = {
    findByUsername: async () => user,
    loadIdentity: async (id: string) => (ended.has(id) ? undefined : { ...user, userId: user.id, sessionId: id }),
    revokeSession: (id: string) => lose(id),
    replacePassword: () => lose(sessionId(2)),
  } as unknown as Accounts;
  const passwords: Passwords = {
    maxBytes: 72,
    check: async () => ({ matches: true }),
    hash: async () => 'hash',
    close: async () => {},
  };
  const identities = createCachedIdentities({ tokens, accounts, counters, clock });
  const app = createApp(counters, 'silent');
  const apiKeys = {} as ApiKeys; // Nobody comes by one.
  const authorise = createAuthorisation({ identities, apiKeys, limits: NO_LIMITS, counters });
  await app.register(authRoutes({ accounts, passwords, identities, tokens, counters, authorise, limits: NO_LIMITS }));
  const ask = async (digit: number, method: 'GET' | 'POST' | 'PUT', url: string): Promise<number> => {
    const payload =
      method === 'PUT' ? { currentPassword: 'the old one', newPassword: 'quite another password' } : undefined;
    const headers = { authorization: `Bearer ${tokens.sign(5, sessionId(digit)).token}` };
    const answer = await app.inject({ method, url, headers, ...(payload && { payload }) });
    return answer.statusCode;
  };
  const close = async (): Promise<void> => {
    await app.close();
    await identities.close();
  };
  return { ask, close };
}

test('[REF-56] a session that was ended is forgotten although the answer of the database was lost', async () => {
  const { ask, close } = await openForgetfulApp();
  for (const digit of [1, 2, 3]) assert.equal(await ask(digit, 'GET', '/me'), 200);
  assert.equal(await ask(1, 'POST', '/logout'), 500);
  assert.deepEqual([await ask(1, 'GET', '/me'), await ask(2, 'GET', '/me')], [401, 200]);
  assert.equal(await ask(3, 'PUT', '/me/password'), 500);
  assert.deepEqual([await ask(2, 'GET', '/me'), await ask(3, 'GET', '/me')], [401, 200]);
  await close();
});

test('[REF-53] a login that read the old password opens no session once the new one is stored', async () => {
  const options = { size: 2, overflow: 0, acquireTimeoutMs: 5_000, maxLifetimeMs: 60_000 };
  const database = new Database({ url: await trial.createDatabase('optimised'), ...options }, new Counters());
  const accounts = createAccounts(database);
  const user = (await accounts.findByUsername(usernameOf(9))) as User;
  const session = (digit: number) => ({
    id: `00000000-0000-4000-8000-00000000000${digit}`,
    expiresAt: new Date(Date.now() + 60_000),
  });
  assert.equal(await accounts.openSession(session(1), user), true);
  assert.equal(await accounts.replacePassword(user, 'another hash', session(1).id), true);
  assert.equal(await accounts.openSession(session(2), user), false);
  assert.equal(await accounts.loadIdentity(session(2).id, 9), undefined);
  assert.equal((await accounts.loadIdentity(session(1).id, 9))?.userId, 9);
  assert.equal(await accounts.replacePassword(user, 'a third hash', session(1).id), false);
  await database.close();
});

test('[REF-55] past the bound of the queue a login is told to come again, and the rest is served', async () => {
  const service = await trial.open('optimised');
  const payload = { username: usernameOf(2), password: userPassword(2) };
  const tooMany = 7;
  const logins = Array.from({ length: HASH_THREADS + QUEUE + tooMany }, () =>
    service.app.inject({ method: 'POST', url: '/api/v1/auth/token', payload }),
  );
  assert.equal((await service.app.inject('/health/live')).statusCode, 200);
  const answers = await Promise.all(logins);
  const refused = answers.filter((answer) => answer.statusCode === 503);
  assert.ok(refused.length >= tooMany, `${refused.length} refused`);
  assert.equal(answers.filter((answer) => answer.statusCode === 200).length, logins.length - refused.length);
  assert.equal(service.counters.get('rejectedLogins'), refused.length);
  for (const answer of refused) {
    assert.match(String(answer.headers['retry-after']), /^[1-9]\d*$/);
    assert.equal(answer.headers['content-type'], 'application/problem+json; charset=utf-8');
  }
});

/** Threads of this process that run at the priority of a hash gate. */
function threadsThatGiveWay(): number {
  const nicenessOf = (thread: string): number => {
    const line = readFileSync(`/proc/self/task/${thread}/stat`, 'utf8');
    return Number(line.slice(line.lastIndexOf(')') + 2).split(' ')[16]);
  };
  const { PRIORITY_BELOW_NORMAL } = constants.priority;
  return readdirSync('/proc/self/task').filter((thread) => nicenessOf(thread) === PRIORITY_BELOW_NORMAL).length;
}

test('[REF-58] hash threads give way to everything else, but not where tests share the machine', {
  skip: process.platform !== 'linux' && 'reads /proc',
}, async () => {
  const url = await trial.createDatabase('optimised');
  const settings = readSettings(trialEnvironment(url, 'optimised', trial.crs));
  const before = threadsThatGiveWay();
  for (const [open, giveWay] of [
    [() => createService(settings), HASH_THREADS],
    [() => trial.open('optimised'), 0],
  ] as const) {
    await using service = await open();
    await Promise.all(Array.from({ length: HASH_THREADS }, () => logIn(service, 2)));
    assert.equal(threadsThatGiveWay() - before, giveWay);
  }
});
