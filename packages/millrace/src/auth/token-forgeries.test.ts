import assert from 'node:assert/strict';
import { createPublicKey, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { after, before, suite, test } from 'node:test';
import { inspect } from 'node:util';
import { type Algorithm, createSigner, createVerifier } from 'fast-jwt';
import * as jose from 'jose';
import { forgedTokens } from '../testing/index.ts';
import { fastJwtVerifier } from './fast-jwt.ts';
import { joseVerifier } from './jose.ts';
import { createTokenCheck, type TokenCheck } from './token-check.ts';
import type { TokenVerifier } from './token-check-options.ts';
import type { TokenClaims } from './token-claims.ts';

const [ISSUER, AUDIENCE] = ['https://id.example', 'https://api.example'];
const NOW = Math.floor(Date.now() / 1_000);
/** Nobody else's business, though a token says it. */
const PRIVATE = 'ada.lovelace@home.example';
const CLAIMS = { sub: 'ada', iss: ISSUER, aud: AUDIENCE, iat: NOW, exp: NOW + 600, email: PRIVATE };

const RSA = generateKeyPairSync('rsa', { modulusLength: 2_048 }).privateKey;
/** What the issuer signs with, by algorithm. */
const KEYS: Readonly<Record<string, KeyObject | string>> = {
  HS256: randomBytes(32).toString('hex'),
  RS256: RSA,
  PS256: RSA,
  ES256: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey,
  EdDSA: generateKeyPairSync('ed25519').privateKey,
};

function issue(algorithm: string, key: KeyObject | string): string {
  const pem = typeof key === 'string' ? key : key.export({ type: 'pkcs8', format: 'pem' });
  return createSigner({ key: pem, algorithm: algorithm as Algorithm })(CLAIMS);
}

function publicPem(key: KeyObject | string): string {
  return typeof key === 'string' ? key : createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString();
}

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
    for (const [algorithm, key] of Object.entries(KEYS)) {
      test(`[AUTH-76] ${algorithm}: no forged token is let in, nor a signed one whose claims do not hold`, async () => {
        const check = createTokenCheck({ verify: make(algorithm, key), loadIdentity: async ({ sub }) => ({ sub }) });
        const good = issue(algorithm, key);
        assert.deepEqual(await check.check(good), { sub: 'ada' });
        const forged = Object.entries(forgedTokens({ token: good, key, url }));
        assert.ok(forged.length >= 47, `${forged.length} forgeries`);
        for (const [what, token] of forged) await refuse(check, token, what);
        assert.equal(check.stats().loads, 1);
        assert.equal(asked, 0, 'a token had something fetched');
        await check.close();
      });
    }

    test('[AUTH-43] neither errors nor what they come from hold a token, its key or what it says', async () => {
      const key = KEYS.HS256 as string;
      const load = async (): Promise<undefined> => undefined;
      const check = createTokenCheck({ verify: make('HS256', key), loadIdentity: load });
      const good = issue('HS256', key);
      const garbled = `${good.slice(0, good.indexOf('.') + 20)}.${good.slice(-43)}`;
      for (const token of [good, garbled, ...Object.values(forgedTokens({ token: good, key, url }))]) {
        const error = await (async () => check.check(token))().catch((reason: unknown) => reason);
        const said = inspect(error, { depth: Infinity, showHidden: true, maxStringLength: Infinity });
        assert.match(said, /MILLRACE_AUTH_/);
        const secrets = [PRIVATE, key, ...token.split('.').filter((part) => part.length > 12)];
        for (const secret of secrets) assert.ok(!said.includes(secret), said);
      }
      await check.close();
    });

    test('[AUTH-71] a token that one verifier lets in is nothing to one for another audience or type', async () => {
      const key = KEYS.ES256 as KeyObject;
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
