import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createHashGate } from 'millrace/auth';
import { createFakeClock } from 'millrace/testing';
import { createApp } from './app.ts';
import { Counters } from './counters.ts';
import { createCachedIdentities, createLimits } from './optimised/index.ts';
import type { Accounts, ApiKeys, Passwords, User } from './ports/index.ts';
import { authRoutes, createAuthorisation } from './routes/index.ts';
import { createTokens } from './tokens.ts';
import { TRIAL_SECRET } from './trial.ts';

const RIGHT = 'the right password';
const WRONG = 'a wrong password';
const QUARTER_MS = 900_000;
const [HOME, CAFE] = ['198.51.100.1', '203.0.113.1'];
const SESSIONS = ['00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-000000000002'] as const;

interface Login {
  readonly username?: string;
  readonly password?: string;
  readonly peer?: string;
  readonly cookie?: string;
}

/** The routes and limits of the service over one user, whose password costs nothing to look at. */
async function openLogins() {
  const clock = createFakeClock({ wallMs: Date.now() });
  const counters = new Counters();
  const tokens = createTokens(TRIAL_SECRET, 86_400, clock);
  const user: User = { id: 5, username: 'ada', email: 'b', passwordHash: 'hash', isActive: true, createdAt: 'c' };
  const accounts = {
    findByUsername: async (name: string) => (name === user.username ? user : undefined),
    loadIdentity: async (sessionId: string) => ({ ...user, userId: user.id, sessionId }),
    openSession: async () => true,
    replacePassword: async () => true,
  } as unknown as Accounts;
  const looks = { count: 0, busy: false };
  const full = closedGate();
  const passwords: Passwords = {
    maxBytes: 72,
    async check(password, hash) {
      if (looks.busy) await full.check(password, undefined);
      looks.count++;
      return { matches: hash !== undefined && password === RIGHT };
    },
    hash: async () => 'another hash',
    close: async () => {},
  };
  const limits = createLimits({
    ...{ loginLimit: 1_000_000, failureLimit: 5, requestLimit: 1_000_000, deviceSecret: 'x'.repeat(32) },
    ...{ trustedProxies: [], exemptionKey: undefined, clock, shared: undefined },
  });
  const identities = createCachedIdentities({ tokens, accounts, counters, clock });
  const app = createApp(counters, 'silent');
  const authorise = createAuthorisation({ identities, apiKeys: {} as ApiKeys, limits, counters });
  await app.register(authRoutes({ accounts, passwords, identities, tokens, counters, authorise, limits }));
  return {
    ...{ clock, looks },
    logIn: ({ username = 'ada', password = WRONG, peer = HOME, cookie }: Login = {}) =>
      app.inject({
        ...{ method: 'POST', url: '/token', remoteAddress: peer, headers: { ...(cookie && { cookie }) } },
        payload: { username, password },
      }),
    changePassword: (sessionId: string, currentPassword: string, peer: string) =>
      app.inject({
        ...{ method: 'PUT', url: '/me/password', remoteAddress: peer },
        headers: { authorization: `Bearer ${tokens.sign(user.id, sessionId).token}` },
        payload: { currentPassword, newPassword: 'quite another word' },
      }),
    [Symbol.asyncDispose]: async () => {
      await app.close();
      await Promise.all([limits.close(), identities.close()]);
    },
  };
}

/** Refuses everybody, as a gate does that has no room. */
function closedGate() {
  const gate = createHashGate({ threads: 1, niceness: 0 });
  void gate.close();
  return gate;
}

/** The statuses of so many answers, one after another. */
async function statuses(count: number, ask: (each: number) => Promise<{ statusCode: number }>): Promise<number[]> {
  const found: number[] = [];
  for (let each = 0; each < count; each++) found.push((await ask(each)).statusCode);
  return found;
}

const passed = (all: readonly number[]): number => all.filter((status) => status !== 429).length;

test('[REF-170] one network tries an account five times in a quarter, and all accounts thirty times', async () => {
  await using logins = await openLogins();
  assert.deepEqual(await statuses(6, () => logins.logIn()), [401, 401, 401, 401, 401, 429]);
  assert.equal(passed(await statuses(99, (each) => logins.logIn({ username: `user ${each}` }))), 25);
  assert.equal(logins.looks.count, 30);
  const refused = await logins.logIn({ username: 'user 100' });
  assert.deepEqual([refused.headers['retry-after'], refused.headers['cache-control']], ['900', 'no-store']);
  assert.match(String(refused.headers['content-type']), /^application\/problem\+json/);
  assert.deepEqual(Object.keys(refused.json()), ['type', 'title', 'status', 'detail']);
  await logins.clock.advance(QUARTER_MS);
  assert.equal((await logins.logIn()).statusCode, 401);
});

test('[REF-170] strangers of many networks try an account twenty times an hour, known or not', async () => {
  for (const username of ['ada', 'nobody']) {
    await using logins = await openLogins();
    const all = await statuses(99, (each) => logins.logIn({ username, peer: `198.51.100.${each}` }));
    assert.equal(passed(all), 20);
  }
});

test('[REF-170] an owner comes in by his device while strangers try; who steals it tries ten times', async () => {
  await using logins = await openLogins();
  const first = await logins.logIn({ password: RIGHT });
  assert.match(
    String(first.headers['set-cookie']),
    /^__Host-device=[\w.-]+; Path=\/; Max-Age=7776000; Secure; HttpOnly; SameSite=Strict$/,
  );
  const [cookie = ''] = String(first.headers['set-cookie']).split(';');
  await statuses(99, (each) => logins.logIn({ peer: `198.51.100.${each}` }));
  assert.equal((await logins.logIn({ password: RIGHT, peer: CAFE })).statusCode, 429);
  const own = () => logins.logIn({ password: RIGHT, peer: CAFE, cookie: `theme=dark; ${cookie}; lang=de` });
  assert.deepEqual(await statuses(20, own), Array(20).fill(200));
  const thief = (each: number) => logins.logIn({ peer: `203.0.113.${each}`, cookie });
  assert.equal(passed(await statuses(50, thief)), 10);
  assert.equal((await logins.logIn({ username: 'bob', peer: CAFE, cookie })).headers['set-cookie'], undefined);
});

test('[REF-171] neither a right password counts, nor one that nobody could look at', async () => {
  await using logins = await openLogins();
  assert.deepEqual(await statuses(50, () => logins.logIn({ password: RIGHT })), Array(50).fill(200));
  logins.looks.busy = true;
  assert.deepEqual(await statuses(50, () => logins.logIn()), Array(50).fill(503));
  logins.looks.busy = false;
  assert.deepEqual(await statuses(50, () => logins.logIn({ password: 'NUL \0' })), Array(50).fill(400));
  assert.equal(passed(await statuses(9, () => logins.logIn())), 5);
});

test('[REF-172] a password change counts for its session: it uses up no logins, and strangers use up none of it', async () => {
  await using logins = await openLogins();
  await statuses(99, (each) => logins.logIn({ peer: `198.51.100.${each}` }));
  const [stolen, own] = SESSIONS;
  const guesses = (each: number) => logins.changePassword(stolen, WRONG, `203.0.113.${each}`);
  const all = await statuses(99, guesses);
  assert.deepEqual([passed(all), all[0]], [20, 403]);
  assert.equal((await logins.changePassword(own, RIGHT, HOME)).statusCode, 204);
  await logins.clock.advance(4 * QUARTER_MS);
  await statuses(99, guesses);
  assert.equal((await logins.logIn({ password: RIGHT })).statusCode, 200);
});
