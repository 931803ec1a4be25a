import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSigner } from 'fast-jwt';

/** Tokens of one issuer (RS256, 2,048 bits), and the key that verifies them. */
export interface TokenSet {
  readonly publicKey: string;
  /** Those of users who come again and again. */
  readonly known: readonly string[];
  /** Each for one request: it was never seen before. */
  readonly fresh: readonly string[];
}

/** Tokens that come again. */
const KNOWN = 500;
/** One request of so many brings a token that is new. */
const ONE_FRESH_OF = 100;
const LIFE_MS = 3_600_000;

/** The place of the token of a request, the known ones before the fresh ones. */
export function tokenOf(request: number, known: number, fresh: number): number {
  const earlierFresh = Math.floor(request / ONE_FRESH_OF);
  const isFresh = request % ONE_FRESH_OF === ONE_FRESH_OF - 1;
  return isFresh ? known + (earlierFresh % fresh) : (request - earlierFresh) % known;
}

function createTokenSet(fresh: number): TokenSet {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2_048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const sign = createSigner({ key: privateKey, algorithm: 'RS256', expiresIn: LIFE_MS });
  const tokens = Array.from({ length: KNOWN + fresh }, (_, at) =>
    sign({ sub: `user-${at}`, jti: `${at}`, iss: 'https://id.example', roles: ['trader', 'reader'] }),
  );
  return { publicKey, known: tokens.slice(0, KNOWN), fresh: tokens.slice(KNOWN) };
}

/** Tokens in a file, so that several processes have the same ones. */
export async function writeTokenSet(fresh: number): Promise<{ readonly file: string } & AsyncDisposable> {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-tokens-'));
  const file = join(folder, 'tokens.json');
  await writeFile(file, JSON.stringify(createTokenSet(fresh)), { mode: 0o600 });
  return { file, [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) };
}

export async function readTokenSet(file: string): Promise<TokenSet> {
  return JSON.parse(await readFile(file, 'utf8')) as TokenSet;
}
