import { strict as assert } from 'node:assert';
import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { test } from 'node:test';
import { authCheck } from '../signals/index.ts';
import { createFakeClock, type FakeClock } from '../testing/index.ts';
import { createTokenCheck, type TokenCheck } from './token-check.ts';
import type { TokenCheckOptions, TokenVerifier } from './token-check-options.ts';
import type { TokenClaims } from './token-claims.ts';
import { createTokenKeys } from './token-key.ts';

const KEY = randomBytes(32);
const MINUTE_MS = 60_000;

interface User {
  readonly id: string;
  readonly roles: string[];
}

/** A token as HS256 makes it; `claims` need not be sound. */
function sign(claims: object, key = KEY): string {
  const text = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const body = `${text({ alg: 'HS256', typ: 'JWT' })}.${text(claims)}`;
  return `${body}.${createHmac('sha256', key).update(body).digest('base64url')}`;
}

/** Looks at the signature alone, so that everything else is left to the check. */
function verifySignature(token: string): TokenClaims {
  const at = token.lastIndexOf('.');
  const given = Buffer.from(token.slice(at + 1), 'base64url');
  const due = createHmac('sha256', KEY).update(token.slice(0, at)).digest();
  if (given.length !== due.length || !timingSafeEqual(given, due)) throw new Error('bad signature');
  return JSON.parse(Buffer.from(token.slice(0, at).split('.')[1]!, 'base64url').toString()) as TokenClaims;
}

interface Bench {
  readonly check: TokenCheck<User>;
  readonly clock: FakeClock;
  /** Subjects whose identity was read, in order. */
  readonly loaded: string[];
  /** A token for `sub` that expires `lifeMs` from now. */
  issue(sub: string, lifeMs?: number, extra?: object): string;
}

function openBench(options: Partial<TokenCheckOptions<TokenClaims, User>> = {}): Bench {
  const clock = createFakeClock();
  const loaded: string[] = [];
  const loadIdentity = async ({ sub }: TokenClaims): Promise<User | undefined> => {
    loaded.push(sub);
    return sub === 'nobody' ? undefined : { id: sub, roles: ['reader'] };
  };
  const check = createTokenCheck<TokenClaims, User>({ verify: verifySignature, loadIdentity, clock, ...options });
  const issue = (sub: string, lifeMs = 24 * 60 * MINUTE_MS, extra: object = {}): string =>
    sign({ sub, exp: (clock.wallNow() + lifeMs) / 1_000, ...extra });
  return { check, clock, loaded, issue };
}

/** The code with which `token` is refused, at once or later; undefined when it is not. */
async function refusal(check: TokenCheck<User>, token: string): Promise<string | undefined> {
  try {
    await check.check(token);
    return undefined;
  } catch (error) {
    return (error as { code?: string }).code;
  }
}

test('[AUTH-30] a forged token is refused although all but its last characters are those of a kept one', async () => {
  const { check, issue, loaded } = openBench();
  const good = issue('ada');
  await check.check(good);
  const at = good.lastIndexOf('.');
  const forged = [
    `${good.slice(0, -4)}AAAA`,
    good.slice(0, at + 1),
    good.slice(0, at),
    good.slice(0, 36),
    `${good}A`,
    sign({ sub: 'ada', exp: 4_000_000_000 }, randomBytes(32)),
  ];
  for (const token of forged) assert.equal(await refusal(check, token), 'MILLRACE_AUTH_TOKEN_INVALID', token);
  assert.deepEqual(loaded, ['ada']);
});

/** A verifier that says which tokens it was asked about, and whose keys may go. */
function countingVerifier(): TokenVerifier<TokenClaims> & { asked: number; trusted: boolean; keys: number } {
  const verifier = Object.assign(
    (token: string): TokenClaims => {
      verifier.asked++;
      if (!verifier.trusted) throw new Error('the key has gone');
      return verifySignature(token);
    },
    { asked: 0, trusted: true, keys: 1, epoch: (): number => verifier.keys },
  );
  return verifier;
}

test('[AUTH-30] a token that was revoked is verified again before it counts', async () => {
  const verify = countingVerifier();
  const { check, issue } = openBench({ verify });
  const token = issue('ada');
  for (const revoke of [() => check.revoke(token), () => check.revokeSubject('ada')]) {
    await check.check(token);
    verify.asked = 0;
    void revoke();
    await check.check(token);
    assert.equal(verify.asked, 1);
  }
  void check.revoke(token);
  verify.trusted = false;
  assert.equal(await refusal(check, token), 'MILLRACE_AUTH_TOKEN_INVALID');
});

test('[AUTH-75] a token is verified once, and anew when a key has gone', async () => {
  const verify = countingVerifier();
  const { check, issue, loaded } = openBench({ verify });
  const token = issue('ada');
  for (let each = 0; each < 3; each++) await check.check(token);
  assert.equal(verify.asked, 1);
  verify.keys++;
  for (let each = 0; each < 3; each++) await check.check(token);
  assert.equal(verify.asked, 2);
  verify.trusted = false;
  await check.check(token);
  verify.keys++;
  for (let each = 0; each < 2; each++) assert.equal(await refusal(check, token), 'MILLRACE_AUTH_TOKEN_INVALID');
  assert.deepEqual(loaded, ['ada']);
});

test('[AUTH-31] tokens that share all but little are told apart', async () => {
  const { check, issue } = openBench();
  const users = Array.from({ length: 100 }, (_, each) => `user${each}`);
  const tokens = users.map((sub) => issue(sub));
  assert.equal(new Set(tokens.map((token) => token.slice(0, 36))).size, 1);
  for (const round of [1, 2]) {
    for (const [at, token] of tokens.entries()) {
      const { id } = await check.check(token);
      assert.equal(id, users[at], `round ${round}`);
    }
  }
  assert.deepEqual([check.stats().loads, check.stats().hits], [100, 100]);
});

test('[AUTH-31] the key is 256 bits over the whole token, and no plain hash of it', () => {
  const [one, two] = ['a.b.c', 'a.b.d'].map((token) =>
    createTokenKeys({ pepper: 'p'.repeat(32), configuration: '' }).of(token),
  );
  assert.notEqual(one, two);
  assert.equal(Buffer.from(one!, 'base64url').length, 32);
  assert.notEqual(one, createHash('sha256').update('a.b.c').digest('base64url'));
});

test('[AUTH-32] what cannot be a token is refused before the verifier sees it', async () => {
  const { check } = openBench({ verify: () => assert.fail('the verifier was asked') });
  const bad: unknown[] = ['', ' ', 'a b', 'a\n', 'é', '\ud800', `${'a'.repeat(8_193)}`, undefined, null, 7, ['a']];
  for (const token of bad) {
    assert.equal(await refusal(check, token as string), 'MILLRACE_AUTH_TOKEN_INVALID', String(token).slice(0, 9));
  }
  assert.doesNotThrow(() => check.revoke('a'.repeat(10_000)));
});

test('[AUTH-33] claims that name nobody, or no time, are refused', async () => {
  const { check, clock } = openBench();
  const exp = clock.wallNow() / 1_000 + 60;
  const bad: object[] = [
    { exp },
    { sub: '', exp },
    { sub: 7, exp },
    { sub: 'ada' },
    { sub: 'ada', exp: String(exp) },
    { sub: 'ada', exp: null },
    { sub: 'ada', exp: 0 },
    { sub: 'ada', exp: -exp },
    { sub: 'ada', exp: exp * 1_000 },
    { sub: 'ada', exp: 1e300 },
  ];
  for (const claims of bad) {
    assert.equal(await refusal(check, sign(claims)), 'MILLRACE_AUTH_TOKEN_INVALID', JSON.stringify(claims));
  }
  assert.equal(await refusal(check, sign({ sub: 'ada', exp })), undefined);
});

test('[AUTH-34] a token is good until the very time it names, kept or not', async () => {
  const { check, clock, issue, loaded } = openBench({ expiryMarginMs: 0 });
  const token = issue('ada', MINUTE_MS);
  await check.check(token);
  await clock.advance(MINUTE_MS - 1);
  assert.equal((await check.check(token)).id, 'ada');
  await clock.advance(1);
  assert.equal(await refusal(check, token), 'MILLRACE_AUTH_TOKEN_EXPIRED');
  assert.equal(await refusal(check, issue('bob', 0)), 'MILLRACE_AUTH_TOKEN_EXPIRED');
  assert.ok(!loaded.includes('bob'));
});

test('[AUTH-34] a token that expires while its identity is loaded is refused', async () => {
  const clock = createFakeClock();
  const bench = openBench({
    clock,
    loadIdentity: ({ sub }) =>
      new Promise((resolve) => void clock.schedule(2_000, () => resolve({ id: sub, roles: [] }))),
  });
  const token = sign({ sub: 'ada', exp: (clock.wallNow() + 1_000) / 1_000 });
  const refused = refusal(bench.check, token);
  await clock.advance(2_000);
  assert.equal(await refused, 'MILLRACE_AUTH_TOKEN_EXPIRED');
});

test('[AUTH-35] a wall clock set back a little revives no token, kept or unseen', async () => {
  const { check, clock, issue } = openBench();
  const [seen, unseen] = [issue('ada', MINUTE_MS), issue('bob', MINUTE_MS)];
  await check.check(seen);
  await clock.advance(MINUTE_MS);
  clock.jumpWall(-5 * MINUTE_MS);
  assert.equal(await refusal(check, seen), 'MILLRACE_AUTH_TOKEN_EXPIRED');
  assert.equal(await refusal(check, unseen), 'MILLRACE_AUTH_TOKEN_EXPIRED');
});

test('[AUTH-35] a clock that was hours ahead and is set right does not lock anyone out', async () => {
  const { check, clock, issue } = openBench();
  clock.jumpWall(-8 * 60 * MINUTE_MS);
  assert.equal(await refusal(check, issue('ada', MINUTE_MS)), undefined);
});

test('[AUTH-35] after any step back a kept identity ends with its token', async () => {
  const { check, clock, issue, loaded } = openBench({ ttlMs: 60 * MINUTE_MS });
  const token = issue('ada', MINUTE_MS);
  await check.check(token);
  clock.jumpWall(-60 * MINUTE_MS);
  await clock.advance(MINUTE_MS);
  await refusal(check, token);
  assert.deepEqual(loaded, ['ada', 'ada']);
});

test('[AUTH-35] a step forward ends a token early', async () => {
  const { check, clock, issue } = openBench();
  const token = issue('ada', 10 * MINUTE_MS);
  await check.check(token);
  clock.jumpWall(10 * MINUTE_MS);
  assert.equal(await refusal(check, token), 'MILLRACE_AUTH_TOKEN_EXPIRED');
});

test('[AUTH-36] an identity is read again after the TTL, or before the token ends', async () => {
  const cases = [
    { lifeMs: 24 * 60 * MINUTE_MS, keptMs: 5 * MINUTE_MS },
    { lifeMs: 8 * MINUTE_MS, keptMs: 3 * MINUTE_MS },
    { lifeMs: 2 * MINUTE_MS, keptMs: 1_000 },
  ];
  for (const { lifeMs, keptMs } of cases) {
    const { check, clock, issue, loaded } = openBench();
    const token = issue('ada', lifeMs);
    await check.check(token);
    await clock.advance(keptMs * 0.89);
    await check.check(token);
    assert.equal(loaded.length, 1, `still kept, life ${lifeMs}`);
    await clock.advance(keptMs * 0.22);
    await check.check(token);
    assert.equal(loaded.length, 2, `read again, life ${lifeMs}`);
  }
});

test('[AUTH-37] what one request does to an identity, the next one does not see', async () => {
  const { check, issue } = openBench();
  const token = issue('ada');
  const identity = await check.check(token);
  assert.throws(() => identity.roles.push('admin'), TypeError);
  assert.throws(() => Object.assign(identity, { id: 'root' }), TypeError);
  assert.equal(check.check(token), identity);
});

test('[AUTH-38] a hundred checks at once read the identity once', async () => {
  const { check, issue, loaded } = openBench();
  const token = issue('ada');
  const identities = await Promise.all(Array.from({ length: 100 }, () => check.check(token)));
  assert.equal(new Set(identities).size, 1);
  assert.deepEqual([loaded.length, check.stats().joins], [1, 99]);
});

test('[AUTH-39] nobody known is 401, and asked about again', async () => {
  const { check, issue, loaded } = openBench();
  const token = issue('nobody');
  assert.equal(await refusal(check, token), 'MILLRACE_AUTH_IDENTITY_UNKNOWN');
  assert.equal(await refusal(check, token), 'MILLRACE_AUTH_IDENTITY_UNKNOWN');
  assert.deepEqual([loaded.length, check.stats().refused], [2, 2]);
});

test('[AUTH-39] a database that is down is no refusal, and is asked again', async () => {
  const down = Object.assign(new Error('down'), { code: 'DOWN' });
  const answers = [Promise.reject(down), Promise.resolve({ id: 'ada', roles: [] }), Promise.resolve(null)];
  const { check, issue } = openBench({ loadIdentity: () => answers.shift() as Promise<User | undefined> });
  const token = issue('ada');
  assert.equal(await refusal(check, token), 'DOWN');
  assert.equal((await check.check(token)).id, 'ada');
  assert.equal(check.stats().refused, 0);
  assert.equal(await refusal(check, issue('row that is null')), 'MILLRACE_AUTH_IDENTITY_UNKNOWN');
});

test('[AUTH-42] a verifier that answers later lets nobody in before, and is asked once for all who wait', async () => {
  let asked = 0;
  const answer = Promise.withResolvers<void>();
  const verify = async (token: string): Promise<TokenClaims> => {
    asked++;
    await answer.promise;
    return verifySignature(token);
  };
  const { check, issue, loaded } = openBench({ verify });
  const [token, forged] = [issue('ada'), `${issue('ada').slice(0, -4)}AAAA`];
  const waiting = [check.check(token), check.check(token)];
  const refused = refusal(check, forged);
  assert.deepEqual([asked, loaded.length], [2, 0]);
  answer.resolve();
  assert.deepEqual(await Promise.all(waiting), await Promise.all([check.check(token), check.check(token)]));
  assert.equal(await refused, 'MILLRACE_AUTH_TOKEN_INVALID');
  assert.deepEqual([asked, loaded.length], [2, 1]);
  assert.ok(!(check.check(token) instanceof Promise));
});

test('[AUTH-42] a verifier that never answers fails, and refuses nothing', async () => {
  let answers = false;
  const verify = (token: string): Promise<TokenClaims> =>
    answers ? Promise.resolve(verifySignature(token)) : new Promise(() => {});
  const { check, issue, clock } = openBench({ verify, refusedTtlMs: 60_000 });
  const token = issue('ada');
  const late = refusal(check, token);
  await clock.advance(10_000);
  assert.equal(await late, 'MILLRACE_AUTH_VERIFIER_LATE');
  answers = true;
  assert.equal(await refusal(check, token), undefined);
  assert.equal(check.stats().refused, 0);
});

test('[AUTH-43] neither errors nor signals hold the token', async () => {
  const said: unknown[] = [];
  const stop = authCheck.subscribe((payload) => said.push(payload));
  const { check, issue } = openBench();
  const tokens = [issue('ada'), issue('nobody'), issue('ada', -1), `${issue('ada')}x`, sign({ sub: 'ada' })];
  for (const token of tokens) {
    try {
      await check.check(token);
    } catch (error) {
      const { message, mend, context, stack } = error as Error & { mend: string; context: object };
      said.push({ message, mend, context, stack });
    }
  }
  stop();
  assert.equal(said.length, 9);
  const text = JSON.stringify(said);
  for (const token of tokens) for (const part of token.split('.').slice(1)) assert.ok(!text.includes(part));
});

test('[AUTH-45] checks are counted, and published with their time', async () => {
  const said: string[] = [];
  const stop = authCheck.subscribe((it) => said.push(`${it.name} ${it.outcome} ${it.durationMs}`));
  const clock = createFakeClock();
  const { check } = openBench({
    clock,
    name: 'session',
    loadIdentity: ({ sub }) =>
      new Promise((resolve, reject) => {
        clock.schedule(20, () => (sub === 'ada' ? resolve({ id: sub, roles: [] }) : reject(new Error('down'))));
      }),
  });
  const exp = clock.wallNow() / 1_000 + 3_600;
  const token = sign({ sub: 'ada', exp });
  const first = check.check(token);
  await clock.advance(20);
  await first;
  await check.check(token);
  await refusal(check, `${token}x`);
  const failed = refusal(check, sign({ sub: 'bob', exp }));
  await clock.advance(20);
  await failed;
  void check.revoke(token);
  stop();
  assert.deepEqual(said, ['session miss 20', 'session hit 0', 'session refused 0', 'session failed 20']);
  assert.deepEqual(check.stats(), {
    ...{ hits: 1, loads: 2, joins: 0, refused: 1, revocations: 1, entries: 0 },
    ...{ shared: 'none', pending: 0 },
  });
});

test('[AUTH-45] options out of range are refused', () => {
  for (const options of [{ ttlMs: 999 }, { ttlMs: Number.NaN }, { expiryMarginMs: -1 }, { maxEntries: 0 }]) {
    assert.throws(() => openBench(options), { code: 'MILLRACE_AUTH_OPTION_INVALID' }, JSON.stringify(options));
  }
  const misspelt = { ttl: 60 } as object;
  assert.throws(() => openBench(misspelt), { message: 'createTokenCheck has no option ttl', mend: /`ttlMs`/ });
});
