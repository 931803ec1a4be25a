import fastifyJwt from '@fastify/jwt';
import { createVerifier } from 'fast-jwt';
import Fastify, { type FastifyInstance } from 'fastify';
import { createTokenCheck, fastJwtVerifier } from 'millrace/auth';
import { authenticate } from 'millrace/fastify';
import { readTokenSet } from './token-set.ts';

/*
 * One Fastify route that says who asks: `route-server.ts ARM TOKENS`. Open to everybody, behind a token check of ours, or
 * behind @fastify/jwt with its cache on, which has room for every token. `/cost` gives the processor time of the process.
 */

const MAX_ENTRIES = 10_000;
/** A page of a list: with less to say the server would not be what takes longest, but whoever loads it. */
const ROWS = Array.from({ length: 20 }, (_, at) => ({
  ...{ id: 1_000 + at, name: `Project ${at}`, owner: `user-${at}`, isOpen: at % 3 > 0 },
  changedAt: `2026-11-${10 + at}T08:15:00.000Z`,
}));
const [arm = '', file = ''] = process.argv.slice(2);
const { publicKey } = await readTokenSet(file);

const ARMS: Readonly<Record<string, (app: FastifyInstance) => void>> = {
  open() {},
  own(app) {
    const tokens = createTokenCheck({
      verify: fastJwtVerifier(createVerifier, { key: publicKey, algorithms: ['RS256'] }),
      loadIdentity: async ({ sub }) => ({ sub }),
      maxEntries: MAX_ENTRIES,
    });
    app.decorateRequest('user');
    app.addHook('onRequest', authenticate({ tokens }));
  },
  peer(app) {
    void app.register(fastifyJwt, {
      secret: { public: publicKey },
      verify: { algorithms: ['RS256'], cache: MAX_ENTRIES },
      decode: {},
    });
    // As its guide says. Given a callback alone it makes a verifier for each request, whose cache is empty.
    app.addHook('onRequest', async (request) => {
      await request.jwtVerify();
    });
  },
};

const app = Fastify();
app.get('/cost', () => process.cpuUsage());
await app.register((guarded, _options, done) => {
  ARMS[arm]!(guarded);
  guarded.get('/', (request) => ({
    caller: (request.user as { readonly sub: string } | undefined)?.sub ?? 'anybody',
    rows: ROWS,
  }));
  done();
});
console.log(JSON.stringify({ url: await app.listen({ host: '127.0.0.1', port: 0 }) }));
process.stdin.on('end', () => process.exit()).resume();
