import assert from 'node:assert/strict';
import { generateKeyPairSync, verify } from 'node:crypto';
import { test } from 'node:test';
import { forgedTokens } from './forged-tokens.ts';
import { signToken } from './token-signing.ts';

const SECRET = 'a secret of this test, and of nothing else';
const CLAIMS = { sub: 'ada', iss: 'https://id.example', aud: 'https://api.example', iat: 1, exp: 4_000_000_000 };
const hs256 = (claims: object): string => signToken('HS256', SECRET, { alg: 'HS256', typ: 'JWT' }, claims);

test('[TESTING-20] every forgery is another text than the good token and than every other', () => {
  const { privateKey: key, publicKey } = generateKeyPairSync('ed25519');
  const token = signToken('EdDSA', key, { alg: 'EdDSA', typ: 'JWT' }, CLAIMS);
  const forged = forgedTokens({ token, key });
  assert.equal(new Set([token, ...Object.values(forged)]).size, Object.keys(forged).length + 1);
  const isSigned = (text: string): boolean => {
    const [head, body, signature = ''] = text.split('.');
    return verify(null, Buffer.from(`${head}.${body}`), publicKey, Buffer.from(signature, 'base64url'));
  };
  assert.ok(isSigned(token));
  for (const what of ['another type', 'no expiry', 'another audience']) assert.ok(isSigned(forged[what] ?? ''), what);
  for (const what of ['another key', 'other claims', 'HMAC with the public key']) {
    assert.ok(!isSigned(forged[what] ?? ''), what);
  }
});

test('[TESTING-20] issuer and audience are wrong where the token names them', () => {
  const wrong = (claims: object): string[] => {
    const names = Object.keys(forgedTokens({ token: hs256(claims), key: SECRET }));
    return names.filter((name) => /issuer|audience/.test(name));
  };
  assert.deepEqual(wrong(CLAIMS), ['another issuer', 'no issuer', 'another audience', 'no audience']);
  assert.deepEqual(wrong({ sub: 'ada', exp: 4_000_000_000 }), []);
});

test('[TESTING-21] what is no token of these algorithms is refused, and not shown', () => {
  const es512 = `${Buffer.from('{"alg":"ES512"}').toString('base64url')}.e30.AA`;
  for (const token of ['nonsense', 'a.b.c', es512]) {
    assert.throws(() => forgedTokens({ token, key: SECRET }), {
      code: 'MILLRACE_TESTING_OPTION_INVALID',
      message: /^token is \*\*\*, allowed: a JWT signed by `key` with HS256/,
    });
  }
  const { privateKey: key } = generateKeyPairSync('ed25519');
  assert.throws(() => forgedTokens({ token: hs256(CLAIMS), key }), { code: 'MILLRACE_TESTING_OPTION_INVALID' });
});
