import { createHmac, createPublicKey, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import { type Clock, systemClock } from '../core/index.ts';
import { faultyClaims } from './faulty-claims.ts';
import { refusedOption } from './option-check.ts';
import { SIGNING_ALGORITHMS, type SigningKey, signToken, tokenPart } from './token-signing.ts';

/** What {@link forgedTokens} takes. */
export interface ForgedTokenOptions {
  /** A token that is let in: a signed JWT in compact form, of HS256, RS256, PS256, ES256 or EdDSA. */
  readonly token: string;
  /** What it was signed with, the text of a secret or a private key: some tokens are signed rightly and wrong all the same. */
  readonly key: string | KeyObject;
  /** Where nothing may be fetched, though tokens ask for it. Default: a port of this machine where nobody listens. */
  readonly url?: string;
  /** Default: the machine's clock. */
  readonly clock?: Clock;
}

const NOBODY = 'http://127.0.0.1:9/keys';

/**
 * What somebody sends who knows a good token and every public key, by what is wrong with it: forged signatures, keys and
 * headers, other spellings, and claims that do not hold though the issuer signed them. Replay each against a service:
 * every one is to be refused alike. Those about issuer and audience are there where the token names them.
 * @throws `MILLRACE_TESTING_OPTION_INVALID` when the token is not signed by the key with one of these algorithms.
 * @example
 * for (const [what, token] of Object.entries(forgedTokens({ token: good, key: secret }))) {
 *   assert.equal((await ask(token)).status, 401, what);
 * }
 */
export function forgedTokens(options: ForgedTokenOptions): Readonly<Record<string, string>> {
  const { token, key, url = NOBODY, clock = systemClock } = options;
  const good = readGood(token, key);
  const now = Math.floor(clock.wallNow() / 1_000);
  const misissued = Object.entries(faultyClaims(good.claims, now)).map(([what, claims]) => {
    return [what, signToken(good.algorithm, key, good.header, { ...good.claims, ...claims })];
  });
  return {
    ...withoutSignature(good),
    ...(typeof key !== 'string' && signedByPublicKey(good, publicPem(key))),
    ...withOtherKey(good, otherKey(key), url),
    ...withOtherHeader(good, key),
    ...spelledOtherwise(good),
    ...Object.fromEntries(misissued),
  };
}

/** The good token and what it says. */
interface Good {
  readonly token: string;
  readonly algorithm: string;
  readonly header: object;
  readonly claims: Readonly<Record<string, unknown>>;
  /** Its three parts. */
  readonly parts: readonly [head: string, body: string, signature: string];
}

function readGood(token: string, key: SigningKey): Good {
  const parts = token.split('.') as [string, string, string];
  const [header, claims] = parts.slice(0, 2).map((part) => parse(part));
  const algorithm = String(header?.alg);
  const isSigned =
    parts.length === 3 && header !== undefined && claims !== undefined && SIGNING_ALGORITHMS.includes(algorithm);
  if (!isSigned || (algorithm === 'HS256') !== (typeof key === 'string')) {
    throw refusedOption('token', '***', `a JWT signed by \`key\` with ${SIGNING_ALGORITHMS.join(', ')}`);
  }
  return { token, algorithm, header, claims, parts };
}

function parse(part: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString()) as Readonly<Record<string, unknown>>;
  } catch {
    return undefined;
  }
}

function withoutSignature({ algorithm, claims, parts: [head, body, signature] }: Good): Record<string, string> {
  const unsigned = (alg: string): string => `${tokenPart({ alg, typ: 'JWT' })}.${body}.`;
  return {
    'no algorithm': unsigned('none'),
    'no algorithm, in capitals': unsigned('NONE'),
    'no algorithm, with a signature': `${unsigned('nOnE')}${signature}`,
    'two algorithms': `${tokenPart('{"alg":"none","alg":"none"}')}.${body}.`,
    'no signature': `${head}.${body}.`,
    'two parts': `${head}.${body}`,
    'other claims': `${head}.${tokenPart({ ...claims, sub: 'root' })}.${signature}`,
    'another header': `${tokenPart({ alg: algorithm, typ: 'JWT', kid: 'x' })}.${body}.${signature}`,
    'HMAC with nothing': sealed('{"alg":"HS256"}', body, ''),
    'a key that is an empty file': sealed('{"alg":"HS256","kid":"../../../../dev/null"}', body, ''),
  };
}

/** The public key taken for the secret of an HMAC. */
function signedByPublicKey({ algorithm, claims, parts: [, body] }: Good, pem: string): Record<string, string> {
  const asHmac = (text: string): string => signToken('HS256', text, { alg: 'HS256', typ: 'JWT' }, claims);
  return {
    'HMAC with the public key': asHmac(pem),
    'HMAC with the public key after white space': asHmac(` \n${pem}`),
    'HMAC with the trimmed public key': asHmac(pem.trim()),
    'HMAC with the public key, under two names': sealed(`{"alg":"${algorithm}","alg":"HS256"}`, body, pem),
    'HMAC with the public key, under two names in turn': sealed(`{"alg":"HS256","alg":"${algorithm}"}`, body, pem),
  };
}

/** Signed by a key of the attacker's own, which the header brings or names. */
function withOtherKey({ algorithm, header, claims }: Good, bad: SigningKey, url: string): Record<string, string> {
  const by = (more: object): string => signToken(algorithm, bad, { ...header, ...more }, claims);
  const jwk =
    typeof bad === 'string' ? { kty: 'oct', k: tokenPart(bad) } : createPublicKey(bad).export({ format: 'jwk' });
  return {
    'another key': by({}),
    'a key that it brings': by({ jwk }),
    'a key that is to be fetched': by({ jku: url, x5u: url, kid: url }),
    'a key that is a path': by({ kid: '../../../../dev/null' }),
    'a key that is a query': by({ kid: "x' UNION SELECT 'secret" }),
    'certificates that it brings': by({ x5c: [tokenPart(publicPem(bad))] }),
  };
}

/** Signed by the issuer, for another use. */
function withOtherHeader({ algorithm, header, claims }: Good, key: SigningKey): Record<string, string> {
  const saying = (more: object): string => signToken(algorithm, key, { ...header, ...more }, claims);
  return {
    'another type': saying({ typ: 'at+jwt' }),
    'no type': saying({ typ: undefined }),
    'a type of another kind': saying({ typ: ['JWT'] }),
    'an extension that must be understood': saying({ crit: ['exp', 'magic'], magic: 1 }),
  };
}

/** The good token in other letters. */
function spelledOtherwise({ token, parts: [head, body, signature] }: Good): Record<string, string> {
  const standard = Buffer.from(signature, 'base64url').toString('base64');
  const spare = signature.slice(0, -1) + nextLetter(signature.at(-1) as string);
  return {
    padding: `${token}=`,
    'standard base64': `${head}.${body}.${standard === signature ? `${standard}==` : standard}`,
    'a line end': `${token}\n`,
    'a space': ` ${token}`,
    'a signature with another spare bit': `${head}.${body}.${spare}`,
    'five parts': `${token}.${body}.${signature}`,
    JSON: JSON.stringify({ protected: head, payload: body, signature }),
  };
}

function sealed(header: string, body: string, secret: string): string {
  const data = `${tokenPart(header)}.${body}`;
  return `${data}.${createHmac('sha256', secret).update(data).digest('base64url')}`;
}

function nextLetter(letter: string): string {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  return letters[letters.indexOf(letter) ^ 1] as string;
}

function publicPem(key: SigningKey): string {
  return typeof key === 'string' ? key : createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString();
}

/** A key of the same kind that the issuer does not have. */
function otherKey(key: SigningKey): SigningKey {
  if (typeof key === 'string') return randomBytes(32).toString('hex');
  switch (key.asymmetricKeyType) {
    case 'ec':
      return generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
    case 'ed25519':
      return generateKeyPairSync('ed25519').privateKey;
    default:
      return generateKeyPairSync('rsa', { modulusLength: 2_048 }).privateKey;
  }
}
