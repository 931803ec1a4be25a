import { strict as assert } from 'node:assert';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { createSigner, createVerifier } from 'fast-jwt';
import { fastJwtVerifier } from './fast-jwt.ts';
import { createTokenCheck } from './token-check.ts';

const KEY = randomBytes(32).toString('hex');

test('[AUTH-44] a signed token passes, a forged, incomplete or otherwise signed one does not', () => {
  const verify = fastJwtVerifier(createVerifier, { key: KEY, algorithms: ['HS256'], allowedIss: 'here' });
  const sign = createSigner({ key: KEY, expiresIn: 60_000, iss: 'here', sub: 'ada' });
  assert.equal(verify(sign({})).sub, 'ada');
  const bad = [
    createSigner({ key: `${KEY}!`, expiresIn: 60_000, iss: 'here', sub: 'ada' })({}),
    createSigner({ key: KEY, expiresIn: 60_000, iss: 'there', sub: 'ada' })({}),
    createSigner({ key: KEY, expiresIn: 60_000, iss: 'here' })({}),
    createSigner({ key: KEY, iss: 'here', sub: 'ada' })({}),
    createSigner({ key: KEY, algorithm: 'HS512', expiresIn: 60_000, iss: 'here', sub: 'ada' })({}),
    `${Buffer.from('{"alg":"none"}').toString('base64url')}.${sign({}).split('.')[1]}.`,
  ];
  for (const token of bad)
    assert.throws(() => verify(token), { code: /^(FAST_JWT_|MILLRACE_AUTH_TOKEN_INVALID$)/ }, token);
});

test('[AUTH-44] an expired token is told apart, also through the check', () => {
  const verify = fastJwtVerifier(createVerifier, { key: KEY, algorithms: ['HS256'] });
  const past = createSigner({ key: KEY, expiresIn: 1_000, sub: 'ada', clockTimestamp: Date.now() - 60_000 })({});
  assert.throws(() => verify(past), { code: 'MILLRACE_AUTH_TOKEN_EXPIRED', status: 401 });
  const check = createTokenCheck({ verify, loadIdentity: async ({ sub }) => ({ id: sub }) });
  assert.throws(() => check.check(past), { code: 'MILLRACE_AUTH_TOKEN_EXPIRED' });
});

test('[AUTH-44] a token that does not count yet is told apart', () => {
  const verify = fastJwtVerifier(createVerifier, { key: KEY, algorithms: ['HS256'] });
  const early = createSigner({ key: KEY, expiresIn: 600_000, notBefore: 300_000, sub: 'ada' })({});
  assert.throws(() => verify(early), { code: 'MILLRACE_AUTH_TOKEN_EARLY', status: 401 });
});

test('[AUTH-44] its cache stays off, whatever the options say', () => {
  const seen: Record<string, unknown>[] = [];
  const options = { key: KEY, algorithms: ['HS256'], cache: true, requiredClaims: ['jti'] };
  fastJwtVerifier((given) => {
    seen.push(given);
    return () => ({});
  }, options);
  assert.deepEqual([seen[0]?.cache, seen[0]?.requiredClaims], [false, ['sub', 'exp', 'jti']]);
});

test('[AUTH-44] algorithms must be named, and `none` is none', () => {
  for (const algorithms of [[], ['none'], ['HS256', 'none'], undefined as unknown as string[]]) {
    assert.throws(() => fastJwtVerifier(createVerifier, { key: KEY, algorithms }), {
      code: 'MILLRACE_AUTH_OPTION_INVALID',
    });
  }
});
