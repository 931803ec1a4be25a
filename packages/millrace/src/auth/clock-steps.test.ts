import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFakeClock } from '../testing/index.ts';
import { createLoginGuard, type LoginRequest } from './login-guard.ts';
import { createTokenCheck } from './token-check.ts';
import type { TokenClaims } from './token-claims.ts';

const HOUR_MS = 3_600_000;
const REQUEST: LoginRequest = { account: 'ada', network: '192.0.2.1' };
const SECRETS = ['s'.repeat(32)];

function openCheck() {
  const clock = createFakeClock();
  const check = createTokenCheck<TokenClaims, { readonly id: string }>({
    verify: (token) => JSON.parse(Buffer.from(token, 'base64url').toString()) as TokenClaims,
    loadIdentity: async ({ sub }) => ({ id: sub }),
    clock,
  });
  const issue = (times: Partial<Record<'exp' | 'nbf' | 'iat', number>>): string => {
    const at = Object.entries(times).map(([name, ms]) => [name, (clock.wallNow() + ms) / 1_000]);
    return Buffer.from(JSON.stringify({ sub: 'ada', ...Object.fromEntries(at) })).toString('base64url');
  };
  const outcome = async (token: string): Promise<string> => {
    try {
      return (await check.check(token)).id;
    } catch (error) {
      return (error as { code: string }).code;
    }
  };
  return { clock, issue, outcome, check };
}

test('[AUTH-35] a clock that is an hour ahead for a while ends nothing for good, and lets in nothing that is over', async () => {
  const { clock, issue, outcome } = openCheck();
  const [live, short] = [issue({ exp: 2 * HOUR_MS }), issue({ exp: 600_000 })];
  for (const token of [live, short]) assert.equal(await outcome(token), 'ada');
  clock.jumpWall(HOUR_MS);
  assert.deepEqual([await outcome(live), await outcome(short)], ['ada', 'MILLRACE_AUTH_TOKEN_EXPIRED']);
  await clock.advance(600_000);
  clock.jumpWall(-HOUR_MS);
  assert.deepEqual([await outcome(live), await outcome(short)], ['ada', 'MILLRACE_AUTH_TOKEN_EXPIRED']);
});

test('[AUTH-35] after a step back of an hour no identity answers for longer than its token had, however short that is', async () => {
  const { clock, issue, check } = openCheck();
  const tokens = Array.from({ length: 30 }, (_, each) => issue({ exp: 500 + each / 1_000 }));
  for (const token of tokens) await check.check(token);
  clock.jumpWall(-HOUR_MS);
  await clock.advance(501);
  for (const token of tokens) await (async () => check.check(token))().catch(() => {});
  assert.equal(check.stats().hits, 0);
});

test('[AUTH-35, AUTH-70] after a step back of an hour a kept token goes on for as long as it had, and a new one when its time has come', async () => {
  const { clock, issue, outcome } = openCheck();
  const kept = issue({ exp: HOUR_MS / 2 });
  const ahead = issue({ exp: 9 * HOUR_MS, nbf: 0 });
  assert.equal(await outcome(kept), 'ada');
  clock.jumpWall(-HOUR_MS);
  assert.deepEqual([await outcome(kept), await outcome(ahead)], ['ada', 'MILLRACE_AUTH_TOKEN_EARLY']);
  assert.equal(await outcome(issue({ exp: HOUR_MS, nbf: 0 })), 'ada');
  await clock.advance(HOUR_MS);
  assert.equal(await outcome(ahead), 'ada');
});

test('[AUTH-120, AUTH-122] a wall clock that steps neither forgives a failure nor makes one count for longer', async () => {
  for (const stepMs of [HOUR_MS, -HOUR_MS]) {
    const clock = createFakeClock();
    const guard = createLoginGuard({ secrets: SECRETS, clock });
    for (let each = 0; each < 5; each++) (await guard.begin(REQUEST)).failed();
    for (let each = 0; each < 40; each++) (await guard.begin({ account: 'bob', network: `n${each}` })).failed();
    const elsewhere = { account: 'bob', network: 'another' };
    const before = [await guard.begin(REQUEST), await guard.begin(elsewhere)];
    clock.jumpWall(stepMs);
    for (const [at, request] of [REQUEST, elsewhere].entries()) {
      const { allowed, deniedBy, retryAfterMs } = await guard.begin(request);
      assert.deepEqual([allowed, deniedBy, retryAfterMs], [false, before[at]!.deniedBy, before[at]!.retryAfterMs]);
    }
    await clock.advance(before[0]!.retryAfterMs);
    assert.ok((await guard.begin(REQUEST)).allowed, `${stepMs} ms`);
  }
});

test('[AUTH-141] a device is known where the clock is an hour behind or ahead, and after a step', async () => {
  for (const aheadMs of [HOUR_MS, 0, -HOUR_MS]) {
    const [maker, reader] = [createFakeClock(), createFakeClock()];
    maker.jumpWall(aheadMs);
    const device = await (await createLoginGuard({ secrets: SECRETS, clock: maker }).begin(REQUEST)).succeeded();
    const guard = createLoginGuard({ secrets: SECRETS, clock: reader });
    for (let each = 0; each < 50; each++) await guard.begin({ ...REQUEST, network: `stranger ${each}` });
    assert.equal((await guard.begin({ ...REQUEST, network: 'new' })).deniedBy, 'account');
    for (const stepMs of [0, -HOUR_MS, HOUR_MS]) {
      reader.jumpWall(stepMs);
      const attempt = await guard.begin({ ...REQUEST, network: 'new', device });
      assert.equal(attempt.allowed, true, `made ${aheadMs} ms ahead, read after a step of ${stepMs} ms`);
      await attempt.succeeded();
    }
  }
});
