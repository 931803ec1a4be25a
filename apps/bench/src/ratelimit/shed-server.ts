import { createHash, randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import underPressure from '@fastify/under-pressure';
import Fastify, { type FastifyInstance } from 'fastify';
import { shedLoad } from 'millrace/fastify';
import { createLoadShedder } from 'millrace/ratelimit';

/*
 * A route that costs a millisecond of the event loop: `shed-server.ts ARM`. What is too much gets 503, or nothing is refused.
 * `/hold` waits, so that who asks for it often gets as many connections.
 */

/** How long a request may wait for the event loop, in both. */
const MAX_DELAY_MS = 50;
const WORK = randomBytes(1 << 20);

const ARMS: Readonly<Record<string, (app: FastifyInstance) => Promise<void>>> = {
  async none() {},
  async own(app) {
    app.addHook(
      'onRequest',
      shedLoad({ shedder: createLoadShedder({ maxDelayMs: MAX_DELAY_MS }), priority: () => 'normal' as const }),
    );
  },
  async peer(app) {
    // Sampled far more often than by default (1 s), for it does better so.
    await app.register(underPressure, {
      maxEventLoopDelay: MAX_DELAY_MS,
      sampleInterval: 20,
    });
  },
};

const app = Fastify();
await ARMS[process.argv[2] ?? '']!(app);
app.get('/hold', () => sleep(400, {}));
app.get('/', () => {
  const digest = createHash('sha256');
  for (let pass = 0; pass < 2; pass++) digest.update(WORK);
  return { digest: digest.digest('hex') };
});
console.log(JSON.stringify({ url: await app.listen({ host: '127.0.0.1', port: 0 }) }));
process.stdin.on('end', () => process.exit()).resume();
