import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFakeClock } from '../testing/index.ts';
import { createMemoryRevocationLog, createRevocations, type RevocationsOptions } from './revocation/index.ts';
import { createTokenCheck } from './token-check.ts';
import type { TokenVerifier } from './token-check-options.ts';
import type { TokenClaims } from './token-claims.ts';
import { keyIdOf } from './token-key-id.ts';

const EXP = Date.UTC(2026, 0, 1, 1) / 1_000;
const IAT = EXP - 3_600;
const ENDED = { code: 'MILLRACE_AUTH_TOKEN_REVOKED', status: 401 };

interface Claims extends TokenClaims {
  readonly jti: string;
  readonly kid?: string;
}

function toToken(claims: Partial<Claims>, header: unknown = { kid: 'k1' }): string {
  const encode = (part: unknown): string => Buffer.from(JSON.stringify(part)).toString('base64url');
  return `${encode(header)}.${encode({ sub: 'ada', exp: EXP, iat: IAT, ...claims })}.signature`;
}

const parse = (token: string): Claims => JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString());

async function open(verify: TokenVerifier<Claims> = parse, options: Partial<RevocationsOptions> = {}) {
  const clock = createFakeClock();
  const log = createMemoryRevocationLog({ clock });
  const scopes = { admin: { maxStalenessMs: 0 } };
  const revocations = createRevocations({ log, listen: log.listen, clock, scopes, ...options });
  await revocations.catchUp();
  const loads: PromiseWithResolvers<void>[] = [];
  let waits = false;
  const tokens = createTokenCheck<Claims, { readonly name: string }>({
    verify,
    clock,
    revocations,
    async loadIdentity({ jti }) {
      loads.push(Promise.withResolvers());
      if (waits) await loads.at(-1)!.promise;
      return { name: jti };
    },
  });
  const wait = (): void => {
    waits = true;
  };
  return { clock, log, revocations, tokens, loads, wait };
}

test('[AUTH-105] a token that was ended is refused, whether its identity is kept, loaded or verified late', async () => {
  for (const verify of [parse, async (token: string) => parse(token)]) {
    const { revocations, tokens } = await open(verify);
    const [kept, cold, live] = ['a', 'b', 'c'].map((jti) => toToken({ jti }));
    for (const token of [kept!, live!]) await tokens.check(token);
    for (const jti of ['a', 'b']) await revocations.revokeToken({ jti, exp: EXP });
    assert.throws(() => tokens.check(kept!), ENDED);
    await assert.rejects(async () => tokens.check(cold!), ENDED);
    assert.deepEqual(tokens.check(live!), { name: 'c' }, 'at once');
    assert.equal(tokens.stats().refused, 2);
  }
});

test('[AUTH-105] what is ended while its identity is loaded lets nobody in, late or not', async () => {
  const { revocations, tokens, loads, wait } = await open();
  wait();
  const token = toToken({ jti: 'a' });
  const early = tokens.check(token);
  await revocations.revokeToken({ jti: 'a', exp: EXP });
  const late = tokens.check(token);
  for (const { resolve } of loads) resolve();
  await assert.rejects(async () => early, ENDED);
  for (const { resolve } of loads) resolve();
  await assert.rejects(async () => late, ENDED);
  assert.throws(() => tokens.check(token), ENDED);
});

test('[AUTH-105] a scope is handed on: with a budget of 0 a kept identity waits for the log', async () => {
  const { tokens } = await open();
  const token = toToken({ jti: 'a' });
  await tokens.check(token);
  const strict = tokens.check(token, undefined, 'admin');
  assert.ok(strict instanceof Promise);
  assert.deepEqual([await strict, tokens.check(token)], [{ name: 'a' }, { name: 'a' }]);
  assert.equal(tokens.stats().hits, 2);
  assert.throws(() => tokens.check(token, undefined, 'unknown'), { code: 'MILLRACE_AUTH_OPTION_INVALID' });
});

test('[AUTH-105] a token that expires while the log is asked is refused', async () => {
  const clock = createFakeClock();
  const log = createMemoryRevocationLog({ clock });
  const revocations = createRevocations({ log, clock, timeoutMs: 10_000, scopes: { admin: { maxStalenessMs: 0 } } });
  const tokens = createTokenCheck<Claims, object>({
    verify: parse,
    clock,
    revocations,
    loadIdentity: async () => ({}),
  });
  const soon = toToken({ jti: 'a', exp: IAT + 2 });
  await tokens.check(soon);
  const [{ readAfter }, answer] = [log, Promise.withResolvers<void>()];
  log.readAfter = async (...asked) => {
    await answer.promise;
    return readAfter.apply(log, asked);
  };
  const late = tokens.check(soon, undefined, 'admin');
  assert.ok(late instanceof Promise);
  const refused = assert.rejects(late, { code: 'MILLRACE_AUTH_TOKEN_EXPIRED' });
  await clock.advance(2_000);
  answer.resolve();
  await refused;
});

test('[AUTH-105] the key is that of the header, whatever the claims say', async () => {
  const { revocations, tokens } = await open();
  const [one, other, unnamed] = [
    toToken({ jti: 'a', kid: 'k2' }),
    toToken({ jti: 'b', kid: 'k1' }, { kid: 'k2' }),
    toToken({ jti: 'c' }, {}),
  ];
  for (const token of [one, other, unnamed]) await tokens.check(token);
  await revocations.revokeKey('k1');
  assert.throws(() => tokens.check(one), ENDED);
  assert.deepEqual(tokens.check(other), { name: 'b' });
  assert.throws(() => tokens.check(unnamed), ENDED, 'it may be of that key');
  const encoded = (header: string): string => `${Buffer.from(header).toString('base64url')}.x.y`;
  const named = [encoded('{"kid":"k"}'), encoded('{"kid":1}'), encoded('null'), encoded('{'), '.x.y', 'opaque'].map(
    keyIdOf,
  );
  assert.deepEqual(named, ['k', '', '', '', '', undefined]);
});

test('[AUTH-105] with a subject that was ended its identities are forgotten, and nobody else’s', async () => {
  const { revocations, tokens, log, loads } = await open();
  const all = [toToken({ jti: 'a' }), toToken({ jti: 'b' }), toToken({ jti: 'c', sub: 'bob' })];
  for (const token of all) await tokens.check(token);
  const read = async (): Promise<number> => {
    const before = loads.length;
    for (const token of all) await (async () => tokens.check(token))().catch(() => {});
    return loads.length - before;
  };
  assert.equal(await read(), 0);
  await revocations.revokeSubject('ada', { except: 'b' });
  await assert.rejects(async () => tokens.check(all[0]!), ENDED);
  assert.equal(await read(), 1, 'the excepted one is read again');
  await log.append({ kind: 'token', tokenId: 'x', subject: 'bob', untilMs: EXP * 1_000 });
  await revocations.catchUp();
  assert.equal(await read(), 1, 'another process ended a session of his');
  await tokens.close();
  await revocations.revokeToken({ jti: 'y', sub: 'bob', exp: EXP });
  assert.equal(revocations.stats().applied, 3);
});
