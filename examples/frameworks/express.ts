import type { AddressInfo } from 'node:net';
import express, { type Request } from 'express';
import { authenticate, limitRate, shedLoad } from 'millrace/express';
import { forged, greet, perNetwork, perUser, port, shedder, tokens, type User } from './guards.ts';

declare module 'express-serve-static-core' {
  interface Request {
    user: User;
  }
}

const app = express();
app.use(shedLoad({ shedder, priority: ({ url }) => (url === '/health' ? 'critical' : 'normal') }));
app.get('/health', (_request, response) => void response.json({ status: 'ok' }));

app.use(limitRate({ limiter: perNetwork }));
app.use(authenticate({ tokens, refusals: { limiter: forged } }));
app.use(limitRate({ limiter: perUser, key: ({ user }: Request) => ['user', user.id] }));
app.get('/me', ({ user }, response) => void response.json(user));

const server = app.listen(port, '127.0.0.1', () => greet((server.address() as AddressInfo).port));
