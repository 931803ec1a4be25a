import { createPostgresRevocationLog, createRevocations, listenPostgres, type Revocations } from 'millrace/auth';
import { type Clock, withTimeout } from 'millrace/core';
import { Client, Pool } from 'pg';
import { connectionConfig, type DatabaseOptions } from '../connections.ts';
import type { AskWithin, SessionEnds } from '../ports/index.ts';
import type { Tokens } from '../tokens.ts';

/** The longest statement of the log: what asks is a request. */
const STATEMENT_MS = 1_000;
const CLOSE_MS = 500;
/** So long an API key that was revoked is remembered: longer than an instance goes without asking the database for it. */
const KEY_END_S = 300;
const DAY_MS = 86_400_000;
/** While the database is away, so long an identity in memory lets its token in; nobody can end a session then. */
const AWAY_MS = 300_000;

/** The ends of sessions as every instance learns of them: from the database, whatever else connects them. */
export interface SessionRevocations extends SessionEnds {
  /** For the token check. */
  readonly revocations: Revocations<AskWithin>;
  /** What a token carries that is signed now. */
  version(): Promise<number>;
  close(): Promise<void>;
}

/** What {@link openSessionRevocations} takes. */
export interface SessionRevocationParts {
  readonly database: DatabaseOptions;
  readonly tokens: Tokens;
  readonly clock: Clock;
}

/**
 * Follows the log of ended sessions, over connections of its own: a pool that is all lent out must not keep an end from
 * being heard. Makes the log's tables where they are not there.
 */
export async function openSessionRevocations(parts: SessionRevocationParts): Promise<SessionRevocations> {
  const { tokens, clock } = parts;
  const bounds = { acquireTimeoutMs: STATEMENT_MS, statementTimeoutMs: STATEMENT_MS };
  const config = connectionConfig({ ...parts.database, ...bounds });
  const pool = new Pool({ ...config, max: 2, allowExitOnIdle: true });
  pool.on('error', () => {});
  const log = createPostgresRevocationLog({ query: (sql, values) => pool.query(sql, values) });
  await log.createTables();
  const revocations = createRevocations<AskWithin>({
    log,
    listen: listenPostgres({ connect: () => connectListener(config), clock }),
    maxTokenLifeMs: Math.max(tokens.ttlSeconds * 1_000, DAY_MS),
    maxStalenessAwayMs: AWAY_MS,
    versionClaim: 'ver',
    clock,
  });
  // So that the first request does not wait for it; if it fails now, it is tried again by whoever asks.
  await revocations.catchUp().catch(() => {});
  return {
    revocations,
    version: () => log.head(),
    endToken: (token, within) => revocations.revokeToken(tokens.verify(token), { within }),
    endUser: (userId, keptSessionId, within) =>
      revocations.revokeSubject(String(userId), { except: keptSessionId, within }),
    endKey: (keyId, within) =>
      revocations.revokeToken({ jti: keyName(keyId), exp: clock.wallNow() / 1_000 + KEY_END_S }, { within }),
    checkKey(keyId, askedAt) {
      const [name, iat] = [keyName(keyId), askedAt / 1_000];
      return revocations.check({ sub: name, jti: name, iat, exp: iat + KEY_END_S });
    },
    caughtUp: () => revocations.catchUp(),
    async close() {
      await revocations.close();
      await withTimeout(pool.end(), CLOSE_MS).catch(() => {});
    },
  };
}

/** No session has such an id. */
function keyName(keyId: number): string {
  return `api-key:${keyId}`;
}

async function connectListener(config: ReturnType<typeof connectionConfig>): Promise<Client> {
  const client = new Client(config);
  await client.connect();
  return client;
}
