import assert from 'node:assert/strict';
import {
  constants,
  createHmac,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
} from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { after, before, suite, test } from 'node:test';
import { createVerifier } from 'fast-jwt';
import * as jose from 'jose';
import { fastJwtVerifier } from './fast-jwt.ts';
import { joseVerifier } from './jose.ts';
import { createTokenCheck, type TokenCheck } from './token-check.ts';
import type { TokenVerifier } from './token-check-options.ts';
import type { TokenClaims } from './token-claims.ts';

const [ISSUER, AUDIENCE] = ['https://id.example', 'https://api.example'];
const NOW = Math.floor(Date.now() / 1_000);
const CLAIMS = { sub: 'ada', iss: ISSUER, aud: AUDIENCE, iat: NOW, exp: NOW + 600 };

/** How each algorithm signs, over node:crypto alone. */
const SIGN: Readonly<Record<string, (data: string, key: KeyObject | string | Buffer) => Buffer>> = {
  HS256: (data, key) =>
    createHmac('sha256', key as string)
      .update(data)
      .digest(),
  RS256: (data, key) => sign('sha256', Buffer.from(data), key),
  PS256: (data, key) => {
    const options = { key: key as KeyObject, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 };
    return sign('sha256', Buffer.from(data), options);
  },
  ES256: (data, key) => sign('sha256', Buffer.from(data), { key: key as KeyObject, dsaEncoding: 'ieee-p1363' }),
  EdDSA: (data, key) => sign(null, Buffer.from(data), key),
};

const rsa = (): KeyObject => generateKeyPairSync('rsa', { modulusLength: 2_048 }).privateKey;
const [RSA, OTHER_RSA] = [rsa(), rsa()];
const elliptic = (): KeyObject => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
const edwards = (): KeyObject => generateKeyPairSync('ed25519').privateKey;
const secret = (): string => randomBytes(32).toString('hex');

/** By algorithm the key of the issuer, and one that is none. */
const KEYS: Readonly<Record<string, readonly [good: KeyObject | string, bad: KeyObject | string]>> = {
  HS256: [secret(), secret()],
  RS256: [RSA, OTHER_RSA],
  PS256: [RSA, OTHER_RSA],
  ES256: [elliptic(), elliptic()],
  EdDSA: [edwards(), edwards()],
};

function part(value: unknown): string {
  return Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
}

function issue(algorithm: string, key: KeyObject | string, claims: object = CLAIMS, header: object = {}): string {
  const body = `${part({ alg: algorithm, typ: 'JWT', ...header })}.${part(claims)}`;
  return `${body}.${SIGN[algorithm]!(body, key).toString('base64url')}`;
}

function publicPem(key: KeyObject | string): string {
  return typeof key === 'string' ? key : createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString();
}

/** What an attacker sends who knows a good token and every public key. */
function forgeries(algorithm: string, good: string, url: string): Readonly<Record<string, string>> {
  const [key, bad] = KEYS[algorithm] as [KeyObject | string, KeyObject | string];
  const [head, body, signature] = good.split('.') as [string, string, string];
  const unsigned = (alg: string): string => `${part({ alg, typ: 'JWT' })}.${body}.`;
  const asHmac = (secretText: string): string => issue('HS256', secretText);
  const pem = publicPem(key);
  const sealed = (header: string, secretText: string): string => {
    const data = `${part(header)}.${body}`;
    return `${data}.${SIGN.HS256!(data, secretText).toString('base64url')}`;
  };
  const jwk = typeof bad === 'string' ? { kty: 'oct', k: part(bad) } : createPublicKey(bad).export({ format: 'jwk' });
  const standard = Buffer.from(signature, 'base64url').toString('base64');
  const spare = signature.slice(0, -1) + nextLetter(signature.at(-1) as string);
  return {
    'no algorithm': unsigned('none'),
    'no algorithm, in capitals': unsigned('NONE'),
    'no algorithm, with a signature': `${unsigned('nOnE')}${signature}`,
    'no signature': `${head}.${body}.`,
    'two parts': `${head}.${body}`,
    'another key': issue(algorithm, bad),
    'other claims': `${head}.${part({ ...CLAIMS, sub: 'root' })}.${signature}`,
    'another header': `${part({ alg: algorithm, typ: 'JWT', kid: 'x' })}.${body}.${signature}`,
    ...(algorithm !== 'HS256' && {
      'HMAC with the public key': asHmac(pem),
      'HMAC with the public key after white space': asHmac(` \n${pem}`),
      'HMAC with the trimmed public key': asHmac(pem.trim()),
      'HMAC with the public key, under two names': sealed(`{"alg":"${algorithm}","alg":"HS256"}`, pem),
      'HMAC with the public key, under two names in turn': sealed(`{"alg":"HS256","alg":"${algorithm}"}`, pem),
    }),
    'HMAC with nothing': sealed('{"alg":"HS256"}', ''),
    'a key that it brings': issue(algorithm, bad, CLAIMS, { jwk }),
    'a key that is to be fetched': issue(algorithm, bad, CLAIMS, { jku: url, x5u: url, kid: url }),
    'a key that is a path': issue(algorithm, bad, CLAIMS, { kid: '../../../../dev/null' }),
    'a key that is an empty file': sealed('{"alg":"HS256","kid":"../../../../dev/null"}', ''),
    'a key that is a query': issue(algorithm, bad, CLAIMS, { kid: "x' UNION SELECT 'secret" }),
    'certificates that it brings': issue(algorithm, bad, CLAIMS, { x5c: [part(pem)] }),
    'another type': issue(algorithm, key, CLAIMS, { typ: 'at+jwt' }),
    'no type': issue(algorithm, key, CLAIMS, { typ: undefined }),
    'a type of another kind': issue(algorithm, key, CLAIMS, { typ: ['JWT'] }),
    'two algorithms': `${part('{"alg":"none","alg":"none"}')}.${body}.`,
    'an extension that must be understood': issue(algorithm, key, CLAIMS, { crit: ['exp', 'magic'], magic: 1 }),
    padding: `${good}=`,
    'standard base64': `${head}.${body}.${standard === signature ? `${standard}==` : standard}`,
    'a line end': `${good}\n`,
    'a space': ` ${good}`,
    'a signature with another spare bit': `${head}.${body}.${spare}`,
    'five parts': `${good}.${body}.${signature}`,
    JSON: JSON.stringify({ protected: head, payload: body, signature }),
  };
}

function nextLetter(letter: string): string {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  return letters[letters.indexOf(letter) ^ 1] as string;
}

/** Claims that a verifier or the check refuses although they are signed. */
const CLAIM_FAULTS: Readonly<Record<string, object>> = {
  'another issuer': { iss: 'https://evil.example' },
  'another audience': { aud: 'https://other.example' },
  'no audience': { aud: undefined },
  'no subject': { sub: undefined },
  'an empty subject': { sub: '' },
  'no expiry': { exp: undefined },
  'no expiry and no issue time': { exp: undefined, iat: undefined },
  expired: { exp: NOW - 1 },
  'expiry in milliseconds': { exp: (NOW + 600) * 1_000 },
  'expiry as text': { exp: String(NOW + 600) },
  'negative expiry': { exp: -NOW },
  'expiry of nothing': { exp: 0 },
  'expiry a moment ago, in fractions': { exp: NOW - 0.5 },
  'huge expiry': { exp: 1e300 },
  'expiry of null': { exp: null },
  'not yet': { nbf: NOW + 300 },
  'beginning as text': { nbf: 'now' },
  'beginning in milliseconds': { nbf: NOW * 1_000 },
  'beginning of null': { nbf: null },
};

type MakeVerifier = (
  algorithm: string,
  key: KeyObject | string,
  expected?: { readonly audience?: string; readonly typ?: string },
) => TokenVerifier<TokenClaims>;

const VERIFIERS: Readonly<Record<string, MakeVerifier>> = {
  'fast-jwt': (algorithm, key, { audience = AUDIENCE, typ = 'jwt' } = {}) =>
    fastJwtVerifier(createVerifier, {
      key: publicPem(key),
      algorithms: [algorithm],
      allowedIss: ISSUER,
      allowedAud: audience,
      checkTyp: typ,
    }),
  jose: (algorithm, key, { audience = AUDIENCE, typ = 'jwt' } = {}) =>
    joseVerifier(jose, {
      key: typeof key === 'string' ? Buffer.from(key) : createPublicKey(key),
      algorithms: [algorithm],
      issuer: ISSUER,
      audience,
      typ,
    }),
};

let asked = 0;
const server = createServer((_request, response) => {
  asked++;
  response.end('{"keys":[]}');
});
let url = '';
before(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  url = `http://127.0.0.1:${(server.address() as { port: number }).port}/keys`;
});
after(() => server.close());

for (const [library, make] of Object.entries(VERIFIERS)) {
  suite(`over ${library}`, () => {
    for (const [algorithm, [key]] of Object.entries(KEYS)) {
      test(`[AUTH-76] ${algorithm}: no forged token is let in, nor a signed one whose claims do not hold`, async () => {
        const check = createTokenCheck({ verify: make(algorithm, key), loadIdentity: async ({ sub }) => ({ sub }) });
        const good = issue(algorithm, key);
        assert.deepEqual(await check.check(good), { sub: 'ada' });
        for (const [what, forged] of Object.entries(forgeries(algorithm, good, url))) await refuse(check, forged, what);
        for (const [what, claims] of Object.entries(CLAIM_FAULTS)) {
          await refuse(check, issue(algorithm, key, { ...CLAIMS, ...claims }), what);
        }
        assert.equal(check.stats().loads, 1);
        assert.equal(asked, 0, 'a token had something fetched');
        await check.close();
      });
    }

    test('[AUTH-71] a token that one verifier lets in is nothing to one for another audience or type', async () => {
      const [key] = KEYS.ES256 as [KeyObject, KeyObject];
      const open = (expected?: object): TokenCheck<object> =>
        createTokenCheck({ verify: make('ES256', key, expected), loadIdentity: async ({ sub }) => ({ sub }) });
      const [mine, other, typed] = [open(), open({ audience: 'https://other.example' }), open({ typ: 'at+jwt' })];
      const [token, connection] = [issue('ES256', key), {}];
      for (let each = 0; each < 2; each++) {
        await mine.check(token, connection);
        for (const check of [other, typed]) {
          await assert.rejects(async () => check.check(token, connection), { code: 'MILLRACE_AUTH_TOKEN_INVALID' });
        }
      }
      await Promise.all([mine, other, typed].map((check) => check.close()));
    });
  });
}

async function refuse(check: TokenCheck<object>, token: string, what: string): Promise<void> {
  for (let each = 0; each < 2; each++) {
    await assert.rejects(async () => check.check(token), { status: 401 }, what);
  }
}
