import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { createTestDatabase, startOwnRedis } from '@millrace/scripts/services';
import { createClient } from '@redis/client';
import {
  createPostgresRevocationLog,
  createRevocations,
  createTokenCheck,
  listenPostgres,
  type TokenCheck,
} from 'millrace/auth';
import { createRedisTier, createValueCodec } from 'millrace/cache';
import { newName, until } from '../cache/sharing-caches.ts';
import { STANDALONE } from '../redis/drivers.ts';
import { type PostgresClients, postgresClients } from './postgres-clients.ts';

const EXP = Math.floor(Date.now() / 1_000) + 3_600;
const redis = await startOwnRedis();
const url = redis?.url ?? '';

interface Identity {
  readonly token: string;
}

interface Node {
  readonly tokens: TokenCheck<Identity>;
  readonly end: (jti: string) => Promise<void>;
}

/** A process that finds identities in Redis and sessions that were ended in Postgres. Who loads an identity knows of no end. */
async function openNode(t: TestContext, name: string, { query, connect }: PostgresClients): Promise<Node> {
  const driver = STANDALONE['node-redis']!(url);
  const revocations = createRevocations({
    log: createPostgresRevocationLog({ query }),
    listen: listenPostgres({ connect }),
  });
  const tokens = createTokenCheck<{ sub: string; jti: string; exp: number; iat: number }, Identity>({
    name,
    verify: (token) => ({ sub: 'ada', jti: token, exp: EXP, iat: EXP - 3_600 }),
    loadIdentity: async ({ jti }) => ({ token: jti }),
    shared: createRedisTier({ driver, codec: createValueCodec(), timeoutMs: 500 }),
    pepper: 'a pepper that all of these processes know',
    revocations,
  });
  t.after(async () => {
    await Promise.all([tokens.close(), revocations.close()]);
    await driver.close();
  });
  await until('it follows both logs', () => {
    const { isHeard, isStrict } = revocations.stats();
    return isHeard && !isStrict && tokens.stats().shared === 'used';
  });
  return { tokens, end: (jti) => revocations.revokeToken({ jti, exp: EXP, sub: 'ada' }) };
}

async function outcomeOf({ tokens }: Node, token: string): Promise<string> {
  try {
    return (await tokens.check(token)).token;
  } catch (error) {
    return (error as { code: string }).code;
  }
}

test('[AUTH-107] Redis flushed, killed, empty or as it was before brings no token back', {
  skip: redis === undefined && 'no redis-server or valkey-server on the PATH',
}, async (t) => {
  const clients = postgresClients(await createTestDatabase(t), 4);
  t.after(() => clients.pool.end());
  t.after(() => redis!.close());
  await createPostgresRevocationLog({ query: clients.query }).createTables();
  const name = newName();
  const nodes = [await openNode(t, name, clients), await openNode(t, name, clients)];
  const admin = createClient({ url });
  admin.on('error', () => {});
  await admin.connect();
  t.after(() => admin.destroy());
  const ended: string[] = [];
  const end = async (token: string): Promise<void> => {
    await nodes[0]!.end(token);
    ended.push(token);
    for (const node of nodes) await until('all have heard', async () => (await outcomeOf(node, token)) !== token);
  };
  const judge = async (when: string): Promise<void> => {
    for (const node of nodes) {
      assert.equal(await outcomeOf(node, 'live'), 'live', when);
      for (const token of ended) assert.equal(await outcomeOf(node, token), 'MILLRACE_AUTH_TOKEN_REVOKED', when);
    }
  };
  for (const node of nodes) for (const token of ['live', 'a', 'b', 'c']) await outcomeOf(node, token);
  const names = await admin.keys('*');
  const dump = (key: string): Promise<unknown> => admin.sendCommand(['DUMP', key], { typeMapping: { 36: Buffer } });
  const dumps = await Promise.all(names.map(async (key) => [key, (await dump(key)) as Buffer] as const));
  assert.ok(dumps.length >= 4, 'identities lie in Redis');
  await end('a');
  await judge('after an end');
  await admin.flushAll();
  await judge('flushed');
  nodes.push(await openNode(t, name, clients));
  await judge('in a process that was just started');
  for (const [key, value] of dumps) await admin.sendCommand(['RESTORE', key, '0', value, 'REPLACE']);
  nodes.push(await openNode(t, name, clients));
  await judge('as it was before');
  await redis!.kill();
  await end('b');
  await judge('killed');
  await redis!.start();
  await end('c');
  await judge('empty');
});
