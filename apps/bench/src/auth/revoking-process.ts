import { setTimeout as sleep } from 'node:timers/promises';
import { createDecoder, createVerifier } from 'fast-jwt';
import {
  createPostgresRevocationLog,
  createRevocations,
  createTokenCheck,
  fastJwtVerifier,
  listenPostgres,
  type RevocableClaims,
} from 'millrace/auth';
import pg from 'pg';
import type { Asked, Told } from './revocation.ts';
import { readTokenSet } from './token-set.ts';

/* One process of a service that lets tokens in: `revoking-process.ts DATABASE TOKENS`. */

const [url = '', file = ''] = process.argv.slice(2);
const { publicKey, known } = await readTokenSet(file);
const pool = new pg.Pool({ connectionString: url, max: 4 });
const log = createPostgresRevocationLog({ query: (text, values) => pool.query(text, values) });
const revocations = createRevocations({
  log,
  listen: listenPostgres({
    async connect() {
      const client = new pg.Client(url);
      await client.connect();
      return client;
    },
  }),
  maxTokenLifeMs: 7_200_000,
});
const tokens = createTokenCheck({
  verify: fastJwtVerifier(createVerifier, { key: publicKey, algorithms: ['RS256'] }),
  loadIdentity: async ({ sub }) => ({ sub }),
  revocations,
});
const decode = createDecoder();
const claims = known.map((token) => decode(token) as RevocableClaims & { readonly jti: string });

/** Milliseconds by the one clock that all processes of a machine share. */
function now(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

async function isLetIn(token: number): Promise<boolean> {
  try {
    await tokens.check(known[token]!);
    return true;
  } catch (error) {
    if ((error as { status?: unknown }).status !== 401) throw error;
    return false;
  }
}

const CARRY: Readonly<Record<Asked['order'], (token: number) => Promise<number>>> = {
  /** Logs out, and says when that was asked for. */
  async revoke(token) {
    const askedAt = now();
    await revocations.revokeToken(claims[token]!);
    return askedAt;
  },
  /** Says when the token is not let in any more. */
  async watch(token) {
    while (await isLetIn(token)) await sleep(1);
    return now();
  },
};

for (let token = 0; token < known.length; token++)
  if (!(await isLetIn(token))) throw new Error('a good token is refused');
process.on('message', ({ order, token }: Asked) => {
  void CARRY[order](token).then((at) => process.send?.({ at } satisfies Told));
});
process.send?.('ready');
