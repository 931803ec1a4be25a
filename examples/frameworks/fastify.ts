import type { AddressInfo } from 'node:net';
import fastify, { type FastifyRequest } from 'fastify';
import { authenticate, limitRate, shedLoad } from 'millrace/fastify';
import { forged, greet, perNetwork, perUser, port, shedder, tokens, type User } from './guards.ts';

declare module 'fastify' {
  interface FastifyRequest {
    user: User;
  }
}

const app = fastify();
app.decorateRequest('user', null as never);
app.addHook('onRequest', shedLoad({ shedder, priority: ({ url }) => (url === '/health' ? 'critical' : 'normal') }));
app.get('/health', () => ({ status: 'ok' }));

app.register((api, _options, done) => {
  api.addHook('onRequest', limitRate({ limiter: perNetwork }));
  api.addHook('onRequest', authenticate({ tokens, refusals: { limiter: forged } }));
  api.addHook('onRequest', limitRate({ limiter: perUser, key: ({ user }: FastifyRequest) => ['user', user.id] }));
  api.get('/me', ({ user }) => user);
  done();
});

await app.listen({ port, host: '127.0.0.1' });
greet((app.server.address() as AddressInfo).port);
