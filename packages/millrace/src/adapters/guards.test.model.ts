import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import express from 'express';
import fastify from 'fastify';
import { Hono } from 'hono';
import type { TokenCheck } from '../auth/index.ts';
import { type Cache, createCache } from '../cache/index.ts';
import type { Exemptions, RateKey, RateLimiter, SharedRateLimiter } from '../ratelimit/index.ts';
import * as ofExpress from './express.ts';
import * as ofFastify from './fastify.ts';
import type { Shedder } from './guard/shed-load.ts';
import * as ofHono from './hono.ts';
import * as ofWeb from './web.ts';

/** Who is signed in, in tests. */
export interface User {
  readonly id: string;
}

/** What stands before the handlers of a service. */
export interface Guards {
  readonly tokens: Pick<TokenCheck<User>, 'check'>;
  readonly limiter: RateLimiter | SharedRateLimiter;
  /** The path and the user to a key; undefined: the network counts. */
  readonly key: ((path: string, user: User | undefined) => RateKey | undefined) | undefined;
  readonly exemptions: Exemptions | undefined;
  readonly shedder: Shedder<'normal'>;
}

/** A running service: `/me` says who asks, `/cached/me` the same and keeps it, `/fail` fails; `/health` needs nothing. */
export interface GuardedService {
  ask(path: string, headers?: Record<string, string>): Promise<Response>;
  close(): Promise<void>;
}

export type Serve = (guards: Guards) => Promise<GuardedService>;

const HEALTH = '/health';
const refund = (status: number): boolean => status >= 500;
const isCrash = (path: string): boolean => path === '/fail';

function cacheOf(): Cache {
  return createCache({ name: 'answers', ttlMs: 60_000 });
}

function priorityOf(path: string): 'normal' | undefined {
  return path === HEALTH ? undefined : 'normal';
}

async function overSockets(
  server: { address(): AddressInfo | string | null },
  close: () => Promise<void>,
): Promise<GuardedService> {
  const { port } = server.address() as AddressInfo;
  return { ask: (path, headers = {}) => fetch(`http://127.0.0.1:${port}${path}`, { headers }), close };
}

const serveFastify: Serve = async ({ tokens, limiter, key, exemptions, shedder }) => {
  const app = fastify();
  const cache = cacheOf();
  type Asked = ofFastify.GuardedRequest & { url: string; user?: User };
  app.decorateRequest('user', null as never);
  const limits = { limiter, refund, ...(exemptions && { exemptions }) };
  const keyed = { ...limits, ...(key && { key: (request: Asked) => key(request.url, request.user) }) };
  app.addHook(
    'onRequest',
    ofFastify.shedLoad<'normal', Asked>({ shedder, priority: ({ url }) => priorityOf(url) }) as never,
  );
  app.get(HEALTH, () => ({}));
  app.register((inside, _options, done) => {
    inside.addHook('onRequest', ofFastify.authenticate<User>({ tokens }) as never);
    inside.addHook('onRequest', ofFastify.limitRate<Asked>(keyed) as never);
    const me = (request: object): object => ({ id: (request as Asked).user?.id });
    inside.get('/me', me);
    inside.get('/cached/me', { ...(ofFastify.cacheResponse({ cache }) as object) }, me);
    inside.get('/fail', () => {
      throw new Error('broken');
    });
    done();
  });
  await app.listen({ port: 0, host: '127.0.0.1' });
  return overSockets(app.server, async () => {
    await app.close();
    await cache.close();
  });
};

const serveExpress: Serve = async ({ tokens, limiter, key, exemptions, shedder }) => {
  const app = express();
  const cache = cacheOf();
  type Asked = express.Request & { user?: User };
  const limits = { limiter, refund, ...(exemptions && { exemptions }) };
  const keyed = { ...limits, ...(key && { key: (request: Asked) => key(request.path, request.user) }) };
  app.use(ofExpress.shedLoad<'normal', Asked>({ shedder, priority: ({ path }) => priorityOf(path) }));
  app.get(HEALTH, (_request, response) => void response.json({}));
  app.use(ofExpress.authenticate<User>({ tokens }));
  app.use(ofExpress.limitRate<Asked>(keyed));
  const me: express.Handler = (request, response) => void response.json({ id: (request as Asked).user?.id });
  app.get('/me', me);
  app.get('/cached/me', ofExpress.cacheResponse({ cache }), me);
  app.get('/fail', () => {
    throw new Error('broken');
  });
  app.use(((_error, _request, response, _next) => void response.status(500).json({})) as express.ErrorRequestHandler);
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return overSockets(server, async () => {
    server.closeAllConnections();
    server.close();
    await cache.close();
  });
};

const serveHono: Serve = async ({ tokens, limiter, key, exemptions, shedder }) => {
  const app = new Hono<{ Variables: { user: User } }>();
  const cache = cacheOf();
  const limits = { limiter, refund, ...(exemptions && { exemptions }) };
  type Asked = ofHono.GuardedContext & { req: { path: string }; get(name: 'user'): User | undefined };
  const keyed = { ...limits, ...(key && { key: (context: Asked) => key(context.req.path, context.get('user')) }) };
  app.use(ofHono.shedLoad<'normal', Asked>({ shedder, priority: ({ req }) => priorityOf(req.path) }) as never);
  app.get(HEALTH, (context) => context.json({}));
  app.use(ofHono.authenticate<User>({ tokens }) as never);
  app.use(ofHono.limitRate<Asked>(keyed) as never);
  app.get('/me', (context) => context.json({ id: context.get('user').id }));
  app.get('/cached/me', ofHono.cacheResponse({ cache }) as never, (context) =>
    context.json({ id: context.get('user').id }),
  );
  app.get('/fail', () => {
    throw new Error('broken');
  });
  app.onError((_error, context) => context.json({}, 500));
  const env = { incoming: { socket: { remoteAddress: '127.0.0.1' } } };
  return {
    // What is thrown and is no error of its own a server answers so.
    ask: async (path, headers = {}) =>
      Promise.resolve(app.request(path, { headers }, env)).catch(() => Response.json({}, { status: 500 })),
    close: () => cache.close(),
  };
};

const serveWeb: Serve = async ({ tokens, limiter, key, exemptions, shedder }) => {
  const cache = cacheOf();
  const limits = { limiter, refund, ...(exemptions && { exemptions }) };
  const pathOf = (request: Request): string => new URL(request.url).pathname;
  const keyed = {
    ...limits,
    ...(key && { key: (request: Request) => key(pathOf(request), ofWeb.userOf<User>(request)) }),
  };
  const shed = ofWeb.shedLoad<'normal'>({ shedder, priority: (request) => priorityOf(pathOf(request)) });
  const [authenticated, limited] = [ofWeb.authenticate<User>({ tokens }), ofWeb.limitRate(keyed, () => '127.0.0.1')];
  const cached = ofWeb.cacheResponse({ cache });
  const me = (request: Request): Response => Response.json({ id: ofWeb.userOf<User>(request)?.id });
  const handle = (request: Request): Response | Promise<Response> => {
    if (isCrash(pathOf(request))) throw new Error('broken');
    return pathOf(request).startsWith('/cached') ? cached(request, me) : me(request);
  };
  const serve = (request: Request): Promise<Response> =>
    shed(request, () =>
      pathOf(request) === HEALTH ? Response.json({}) : authenticated(request, () => limited(request, handle)),
    );
  return {
    ask: (path, headers = {}) =>
      serve(new Request(`http://service${path}`, { headers })).catch(() => Response.json({}, { status: 500 })),
    close: () => cache.close(),
  };
};

/** Every binding by its name. */
export const SERVICES: Readonly<Record<string, Serve>> = {
  fastify: serveFastify,
  express: serveExpress,
  hono: serveHono,
  web: serveWeb,
};
