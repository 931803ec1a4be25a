import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { createFakeClock, type FakeClock } from '../testing/index.ts';
import { RefusedTokens } from './refused-tokens.ts';
import { createTokenCheck, type TokenCheck } from './token-check.ts';
import type { TokenCheckOptions } from './token-check-options.ts';
import type { TokenClaims } from './token-claims.ts';
import { createTokenKeys } from './token-key.ts';

const MINUTE_MS = 60_000;

interface Bench {
  readonly check: TokenCheck<{ readonly id: string }>;
  readonly clock: FakeClock;
  /** Tokens that were verified, in order. */
  readonly verified: string[];
  /** A token with claims whose times are given in seconds from now. */
  issue(times?: { nbf?: unknown; iat?: unknown; exp?: number }): string;
}

/** A check over tokens that are their own claims, in base64url; what does not parse has a bad signature. */
function openBench(options: Partial<TokenCheckOptions<TokenClaims, { readonly id: string }>> = {}): Bench {
  const clock = createFakeClock();
  const verified: string[] = [];
  const verify = (token: string): TokenClaims => {
    verified.push(token);
    return JSON.parse(Buffer.from(token, 'base64url').toString()) as TokenClaims;
  };
  const loadIdentity = async ({ sub }: TokenClaims): Promise<{ id: string }> => ({ id: sub });
  const check = createTokenCheck({ verify, loadIdentity, clock, ...options });
  const issue: Bench['issue'] = (times = {}) => {
    const now = clock.wallNow() / 1_000;
    const at = (value: unknown): unknown => (typeof value === 'number' ? now + value : value);
    const claims = { sub: 'ada', exp: now + (times.exp ?? 3_600), nbf: at(times.nbf), iat: at(times.iat) };
    return Buffer.from(JSON.stringify(claims)).toString('base64url');
  };
  return { check, clock, verified, issue };
}

async function refusal({ check }: Bench, token: string): Promise<string | undefined> {
  try {
    await check.check(token);
    return undefined;
  } catch (error) {
    return (error as { code?: string }).code;
  }
}

test('[AUTH-70] a token does not count before its `nbf`, but for the tolerance, and a malformed one never', async () => {
  const bench = openBench({ clockToleranceMs: 5_000 });
  assert.equal(await refusal(bench, bench.issue({ nbf: 5 })), undefined);
  const early = bench.issue({ nbf: 6 });
  assert.equal(await refusal(bench, early), 'MILLRACE_AUTH_TOKEN_EARLY');
  await bench.clock.advance(1_000);
  assert.equal(await refusal(bench, early), undefined);
  for (const nbf of ['soon', null, -2e9, 2e12, {}]) {
    assert.equal(await refusal(bench, bench.issue({ nbf })), 'MILLRACE_AUTH_TOKEN_INVALID', String(nbf));
  }
});

test('[AUTH-70] a kept identity counts no longer once its token is too old, whatever the wall clock does', async () => {
  const bench = openBench({ maxTokenAgeMs: 2 * MINUTE_MS });
  const token = bench.issue({ iat: 0 });
  assert.equal(await refusal(bench, token), undefined);
  await bench.clock.advance(2 * MINUTE_MS - 1);
  assert.equal(await refusal(bench, token), undefined);
  await bench.clock.advance(1);
  bench.clock.jumpWall(-MINUTE_MS);
  assert.equal(await refusal(bench, token), 'MILLRACE_AUTH_TOKEN_EXPIRED');
  assert.equal(bench.check.stats().loads, 1);
});

test('[AUTH-70] with a greatest age a token must say when it was issued, and not in the future', async () => {
  const bench = openBench({ maxTokenAgeMs: MINUTE_MS });
  for (const iat of [undefined, 'now', null]) {
    assert.equal(await refusal(bench, bench.issue({ iat })), 'MILLRACE_AUTH_TOKEN_INVALID');
  }
  assert.equal(await refusal(bench, bench.issue({ iat: 1 })), 'MILLRACE_AUTH_TOKEN_EARLY');
});

test('[AUTH-71] names differ by pepper and by how tokens are verified, and agree where both agree', () => {
  const [one, two] = ['p'.repeat(32), 'q'.repeat(32)];
  const nameOf = (pepper: string, configuration: string): string =>
    createTokenKeys({ pepper, configuration }).of('a.b.c');
  const names = [nameOf(one, ''), nameOf(two, ''), nameOf(one, 'aud=x'), nameOf(one, 'aud=y')];
  assert.equal(new Set(names).size, 4);
  assert.equal(nameOf(one, 'aud=x'), names[2]);
  for (const name of names) assert.equal(Buffer.from(name, 'base64url').length, 32);
});

test('[AUTH-72] a connection that sends another token is never answered by the one before', async () => {
  const keys = createTokenKeys({ pepper: 'p'.repeat(32), configuration: '' });
  const connection = {};
  const names = ['a', 'b', 'a', 'a', 'b'].map((token) => keys.sent(token, connection));
  assert.deepEqual(
    names,
    ['a', 'b', 'a', 'a', 'b'].map((token) => keys.of(token)),
  );
  assert.notEqual(names[0], names[1]);
  const bench = openBench();
  const token = bench.issue();
  await bench.check.check(token, connection);
  void bench.check.revoke(token);
  assert.ok(bench.check.check(token, connection) instanceof Promise);
  assert.equal(bench.verified.length, 2);
});

test('[AUTH-73] a refused token is refused again unverified for its time, and then verified', async () => {
  const bench = openBench({ refusedTtlMs: 1_000 });
  for (let each = 0; each < 3; each++) assert.equal(await refusal(bench, 'forged'), 'MILLRACE_AUTH_TOKEN_INVALID');
  assert.equal(bench.verified.length, 1);
  await bench.clock.advance(1_000);
  assert.equal(await refusal(bench, 'forged'), 'MILLRACE_AUTH_TOKEN_INVALID');
  assert.equal(bench.verified.length, 2);
  const early = bench.issue({ nbf: 1 });
  assert.equal(await refusal(bench, early), 'MILLRACE_AUTH_TOKEN_EARLY');
  await bench.clock.advance(1_000);
  assert.equal(await refusal(bench, early), undefined);
});

test('[AUTH-73] without being asked for, no refusal is kept', async () => {
  const bench = openBench();
  for (let each = 0; each < 3; each++) await refusal(bench, 'forged');
  assert.equal(bench.verified.length, 3);
});

test('[AUTH-74] a flood of bad tokens drives out bad ones alone, in bounded space', async () => {
  const bench = openBench({ refusedTtlMs: 60_000, maxEntries: 2 });
  const good = bench.issue();
  await bench.check.check(good);
  for (let each = 0; each < 3_000; each++) await refusal(bench, `forged-${each}`);
  assert.ok(!(bench.check.check(good) instanceof Promise));
  const refused = new RefusedTokens(60_000, 100, bench.clock);
  for (let each = 0; each < 1_000; each++) refused.add(`name ${each}`);
  assert.equal(refused.size, 100);
  assert.deepEqual([refused.has('name 899'), refused.has('name 900')], [false, true]);
});

test('[AUTH-70] options out of range are refused', () => {
  const bad = [
    { maxTokenAgeMs: 999 },
    { clockToleranceMs: -1 },
    { clockToleranceMs: 300_001 },
    { refusedTtlMs: 60_001 },
    { pepper: 'short' },
  ];
  for (const options of bad) {
    assert.throws(() => openBench(options), { code: 'MILLRACE_AUTH_OPTION_INVALID' }, JSON.stringify(options));
  }
});

test('[AUTH-79] `knows` tells what was verified and is at hand from all else, whatever is asked', async () => {
  let epoch = 0;
  const verify = Object.assign(
    (token: string): TokenClaims => JSON.parse(Buffer.from(token, 'base64url').toString()) as TokenClaims,
    { epoch: () => epoch },
  );
  const bench = openBench({ verify });
  const token = bench.issue();
  const connection = {};
  assert.equal(bench.check.knows(token, connection), false);
  await bench.check.check(token, connection);
  assert.deepEqual([bench.check.knows(token), bench.check.knows(token, connection)], [true, true]);
  for (const other of [bench.issue({ exp: 7_200 }), 'forged', '', 'two words', `${token}=`, 'x'.repeat(100_000)]) {
    assert.equal(bench.check.knows(other, connection), false, other.slice(0, 20));
  }
  epoch++;
  assert.equal(bench.check.knows(token), false);
  await bench.check.check(token);
  assert.equal(bench.check.knows(token), true);
  await bench.check.revokeSubject('ada');
  assert.equal(bench.check.knows(token), false);
});
