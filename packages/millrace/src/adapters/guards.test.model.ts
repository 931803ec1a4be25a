import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import fastify from 'fastify';
import { Hono } from 'hono';
import { type Cache, createCache } from '../cache/index.ts';
import type { Exemptions, RateKey } from '../ratelimit/index.ts';
import * as ofExpress from './express.ts';
import * as ofFastify from './fastify.ts';
import { serveFetch } from './fetch-server.test.model.ts';
import type { AuthenticateOptions } from './guard/authenticate.ts';
import type { RequestDeadline, SetDeadlineOptions } from './guard/deadline.ts';
import type { LimitRateOptions } from './guard/limit-rate.ts';
import type { RefusalOptions } from './guard/refusals.ts';
import type { Shedder } from './guard/shed-load.ts';
import * as ofHono from './hono.ts';
import * as ofWeb from './web.ts';

/** Who is signed in, in tests. */
export interface User {
  readonly id: string;
}

/** What stands before the handlers of a service. */
export interface Guards {
  readonly tokens: AuthenticateOptions<User>['tokens'];
  readonly refusals?: RefusalOptions;
  readonly limiter: LimitRateOptions<unknown>['limiter'];
  /** The path and the user to a key; undefined: the network counts. */
  readonly key: ((path: string, user: User | undefined) => RateKey | undefined) | undefined;
  readonly exemptions: Exemptions | undefined;
  readonly shedder: Shedder<'normal'>;
  /** A limit of everybody, before it is known who asks; the one behind it then tells of itself in the same style. */
  readonly before?: LimitRateOptions<unknown>;
  /** Called when a handler behind the guards is reached, which then waits for it. */
  readonly onHandled?: (deadline: RequestDeadline | undefined) => unknown;
  /** Default: no deadline is set. */
  readonly deadlineMs?: SetDeadlineOptions<unknown>['ms'];
}

/**
 * A service over a socket: `/me` says who asks, `/cached/me` the same and keeps it, `/fail` fails; `/health` needs nothing, and
 * other paths are answered with 404 behind the guards.
 */
export interface GuardedService {
  readonly port: number;
  /** How many connections have ended. */
  left(): number;
  ask(path: string, headers?: Record<string, string>, method?: string): Promise<Response>;
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

async function overSockets(server: Server, close: () => Promise<void>): Promise<GuardedService> {
  const { port } = server.address() as AddressInfo;
  const ask: GuardedService['ask'] = (path, headers = {}, method = 'GET') =>
    fetch(`http://127.0.0.1:${port}${path}`, { headers, method });
  let left = 0;
  server.on('connection', (socket) => socket.once('close', () => left++));
  return { port, left: () => left, ask, close };
}

async function stop(server: Server, cache: Cache): Promise<void> {
  server.closeAllConnections();
  server.close();
  await cache.close();
}

const serveFastify: Serve = async ({
  tokens,
  refusals,
  before,
  limiter,
  key,
  exemptions,
  shedder,
  onHandled,
  deadlineMs,
}) => {
  const app = fastify();
  const cache = cacheOf();
  type Asked = ofFastify.GuardedRequest & { url: string; user?: User; deadline?: RequestDeadline };
  app.decorateRequest('user', null as never);
  const limits = { limiter, refund, ...(exemptions && { exemptions }), ...(before?.style && { style: before.style }) };
  const keyed = { ...limits, ...(key && { key: (request: Asked) => key(request.url, request.user) }) };
  app.addHook(
    'onRequest',
    ofFastify.shedLoad<'normal', Asked>({ shedder, priority: ({ url }) => priorityOf(url) }) as never,
  );
  app.get(HEALTH, () => ({}));
  app.register((inside, _options, done) => {
    if (deadlineMs !== undefined) inside.addHook('onRequest', ofFastify.setDeadline({ ms: deadlineMs }));
    if (before) inside.addHook('onRequest', ofFastify.limitRate(before));
    inside.addHook('onRequest', ofFastify.authenticate<User>({ tokens, ...(refusals && { refusals }) }) as never);
    inside.addHook('onRequest', ofFastify.limitRate<Asked>(keyed) as never);
    const me = async (request: object): Promise<object> => {
      await onHandled?.((request as Asked).deadline);
      return { id: (request as Asked).user?.id };
    };
    // The hooks of a plugin see what no route answers when it has an answer to that of its own.
    inside.setNotFoundHandler((_request, reply) => void reply.code(404).send({}));
    inside.get('/me', me);
    inside.get('/cached/me', { ...(ofFastify.cacheResponse({ cache }) as object) }, me);
    inside.get('/fail', () => {
      throw new Error('broken');
    });
    done();
  });
  await app.listen({ port: 0, host: '127.0.0.1' });
  return overSockets(app.server, async () => {
    app.server.closeAllConnections();
    await app.close();
    await cache.close();
  });
};

const serveExpress: Serve = async ({
  tokens,
  refusals,
  before,
  limiter,
  key,
  exemptions,
  shedder,
  onHandled,
  deadlineMs,
}) => {
  const app = express();
  const cache = cacheOf();
  type Asked = express.Request & { user?: User; deadline?: RequestDeadline };
  const limits = { limiter, refund, ...(exemptions && { exemptions }), ...(before?.style && { style: before.style }) };
  const keyed = { ...limits, ...(key && { key: (request: Asked) => key(request.path, request.user) }) };
  app.use(ofExpress.shedLoad<'normal', Asked>({ shedder, priority: ({ path }) => priorityOf(path) }));
  app.get(HEALTH, (_request, response) => void response.json({}));
  if (deadlineMs !== undefined) app.use(ofExpress.setDeadline({ ms: deadlineMs }));
  if (before) app.use(ofExpress.limitRate(before));
  app.use(ofExpress.authenticate<User>({ tokens, ...(refusals && { refusals }) }));
  app.use(ofExpress.limitRate<Asked>(keyed));
  const me: express.Handler = async (request, response) => {
    await onHandled?.((request as Asked).deadline);
    response.json({ id: (request as Asked).user?.id });
  };
  app.get('/me', me);
  app.get('/cached/me', ofExpress.cacheResponse({ cache }), me);
  app.get('/fail', () => {
    throw new Error('broken');
  });
  app.use(((_error, _request, response, _next) => void response.status(500).json({})) as express.ErrorRequestHandler);
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return overSockets(server, () => stop(server, cache));
};

const serveHono: Serve = async ({
  tokens,
  refusals,
  before,
  limiter,
  key,
  exemptions,
  shedder,
  onHandled,
  deadlineMs,
}) => {
  const app = new Hono<{ Variables: { user: User; deadline?: RequestDeadline } }>();
  const cache = cacheOf();
  const limits = { limiter, refund, ...(exemptions && { exemptions }), ...(before?.style && { style: before.style }) };
  type Asked = ofHono.GuardedContext & { req: { path: string }; get(name: 'user'): User | undefined };
  const keyed = { ...limits, ...(key && { key: (context: Asked) => key(context.req.path, context.get('user')) }) };
  app.use(ofHono.shedLoad<'normal', Asked>({ shedder, priority: ({ req }) => priorityOf(req.path) }) as never);
  app.get(HEALTH, (context) => context.json({}));
  if (deadlineMs !== undefined) app.use(ofHono.setDeadline({ ms: deadlineMs }));
  if (before) app.use(ofHono.limitRate(before));
  app.use(ofHono.authenticate<User>({ tokens, ...(refusals && { refusals }) }) as never);
  app.use(ofHono.limitRate<Asked>(keyed) as never);
  app.get('/me', async (context) => {
    await onHandled?.(context.get('deadline'));
    return context.json({ id: context.get('user').id });
  });
  app.get('/cached/me', ofHono.cacheResponse({ cache }) as never, (context) =>
    context.json({ id: context.get('user').id }),
  );
  app.get('/fail', () => {
    throw new Error('broken');
  });
  app.onError((_error, context) => context.json({}, 500));
  const server = await serveFetch((request, env) => app.fetch(request, env));
  return overSockets(server, () => stop(server, cache));
};

const serveWeb: Serve = async ({
  tokens,
  refusals,
  before,
  limiter,
  key,
  exemptions,
  shedder,
  onHandled,
  deadlineMs,
}) => {
  const cache = cacheOf();
  const limits = { limiter, refund, ...(exemptions && { exemptions }), ...(before?.style && { style: before.style }) };
  const pathOf = (request: Request): string => new URL(request.url).pathname;
  const keyed = {
    ...limits,
    ...(key && { key: (request: Request) => key(pathOf(request), ofWeb.userOf<User>(request)) }),
  };
  const shed = ofWeb.shedLoad<'normal'>({ shedder, priority: (request) => priorityOf(pathOf(request)) });
  const peerAddress = (): string => '127.0.0.1';
  const guards = [
    ...(deadlineMs === undefined ? [] : [ofWeb.setDeadline({ ms: deadlineMs })]),
    ...(before ? [ofWeb.limitRate(before, peerAddress)] : []),
    ofWeb.authenticate<User>({ tokens, ...(refusals && { refusals }) }, peerAddress),
    ofWeb.limitRate(keyed, peerAddress),
  ];
  const cached = ofWeb.cacheResponse({ cache });
  const me = async (request: Request): Promise<Response> => {
    await onHandled?.(ofWeb.deadlineOf(request));
    return Response.json({ id: ofWeb.userOf<User>(request)?.id });
  };
  const handle = (request: Request): Response | Promise<Response> => {
    if (isCrash(pathOf(request))) throw new Error('broken');
    if (pathOf(request).startsWith('/cached')) return cached(request, me);
    return pathOf(request) === '/me' && request.method !== 'OPTIONS'
      ? me(request)
      : new Response(null, { status: 404 });
  };
  type Answer = (request: Request) => Response | Promise<Response>;
  const guarded = guards.reduceRight<Answer>((next, guard) => (request) => guard(request, next), handle);
  const serve = (request: Request): Promise<Response> =>
    shed(request, () => (pathOf(request) === HEALTH ? Response.json({}) : guarded(request)));
  const server = await serveFetch(serve);
  return overSockets(server, () => stop(server, cache));
};

/** Every binding by its name. */
export const SERVICES: Readonly<Record<string, Serve>> = {
  fastify: serveFastify,
  express: serveExpress,
  hono: serveHono,
  web: serveWeb,
};
