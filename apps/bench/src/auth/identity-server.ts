import { randomBytes } from 'node:crypto';
import { createClient } from '@redis/client';
import { createVerifier } from 'fast-jwt';
import Fastify from 'fastify';
import { createTokenCheck, fastJwtVerifier } from 'millrace/auth';
import { createRedisTier, createValueCodec } from 'millrace/cache';
import { createNodeRedisDriver } from 'millrace/redis';
import { readTokenSet } from './token-set.ts';

/* A route behind a token check whose identities lie in a Redis too: `identity-server.ts REDIS TOKENS`. `/shared` says whether it is used. */

const [url = '', file = ''] = process.argv.slice(2);
const { publicKey } = await readTokenSet(file);
const driver = createNodeRedisDriver({ client: createClient({ url }) });
const tokens = createTokenCheck({
  verify: fastJwtVerifier(createVerifier, { key: publicKey, algorithms: ['RS256'] }),
  loadIdentity: async ({ sub }) => ({ sub }),
  pepper: randomBytes(32).toString('hex'),
  shared: createRedisTier({ driver, codec: createValueCodec({ schemaVersion: 1 }) }),
});

const app = Fastify();
app.get('/shared', () => ({ shared: tokens.stats().shared }));
app.get('/', (request) => tokens.check(request.headers.authorization?.slice('Bearer '.length) ?? ''));
console.log(JSON.stringify({ url: await app.listen({ host: '127.0.0.1', port: 0 }) }));
process.stdin.on('end', () => process.exit()).resume();
