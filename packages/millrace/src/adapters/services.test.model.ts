import { createServer, request as httpRequest, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import express, { type Request as ExpressRequest } from 'express';
import fastify, { type FastifyRequest } from 'fastify';
import { type Context, Hono } from 'hono';
import type { CacheResponseOptions } from '../cache/index.ts';
import { cacheResponse as cacheExpress } from './express.ts';
import { cacheResponse as cacheFastify } from './fastify.ts';
import { cacheResponse as cacheHono } from './hono.ts';
import { cacheResponse as cacheWeb } from './web.ts';

/** A request as the handlers of the suite see it, whatever framework runs them. */
export interface Ask {
  readonly path: string;
  readonly query: string;
  /**
   * From `x-user`, which stands for any authentication before the cache; or, where there is a place for it beside the
   * request, from `x-late-user`, which stands for one behind it.
   */
  readonly user: string | undefined;
  header(name: string): string | undefined;
}

/** What a handler of the suite answers. */
export interface Made {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string | string[]>>;
  readonly body?: string | Uint8Array | null;
  /** In place of a body: sent one after the other. */
  readonly chunks?: readonly string[];
}

export type Handler = (ask: Ask) => Made | Promise<Made>;

/** Options without anything of a framework in them. */
export interface SuiteOptions extends Omit<CacheResponseOptions<never>, 'vary' | 'tags'> {
  readonly byUser?: boolean;
  readonly vary?: Omit<NonNullable<CacheResponseOptions<never>['vary']>, 'user'>;
  /** Or the ones that the answer names in `x-tags`. */
  readonly tags?: readonly string[] | 'named';
}

export interface Sent {
  readonly method?: string;
  /** Below `/items/`, one segment and a query; or `/:page`. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Received {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface Service {
  send(sent: Sent): Promise<Received>;
  close(): Promise<void>;
}

/** One framework. `options` undefined: no cache. */
export interface Binding {
  readonly name: string;
  /** Whether a request that finds an answer past its TTL is itself answered with it. */
  readonly detached: boolean;
  serve(handler: Handler, options: SuiteOptions | undefined): Promise<Service>;
}

const ROUTES: readonly string[] = ['/items/:id', '/:page'];

function optionsFor<Source>(
  { byUser = false, vary = {}, tags, ...rest }: SuiteOptions,
  user: (source: Source) => string | undefined,
): CacheResponseOptions<Source> {
  return {
    ...rest,
    vary: { ...vary, ...(byUser ? { user } : {}) },
    ...(tags === undefined
      ? {}
      : { tags: tags === 'named' ? (_, { headers }) => [String(headers.get('x-tags'))] : tags }),
  };
}

async function* spaced(chunks: readonly string[]): AsyncGenerator<Buffer> {
  for (const chunk of chunks) {
    for (let i = 0; i < 3; i++) await turn();
    yield Buffer.from(chunk);
  }
}

function splitPath(url: string): { path: string; query: string } {
  const [path = '', query = ''] = url.split('?', 2);
  return { path, query };
}

async function serveExpress(handler: Handler, options: SuiteOptions | undefined): Promise<Service> {
  type Known = ExpressRequest & { user?: string };
  const app = express().disable('x-powered-by').set('env', 'test');
  const know =
    (name: string) =>
    (request: Known, _response: unknown, next: () => void): void => {
      const user = request.get(name);
      if (user !== undefined) request.user = user;
      next();
    };
  app.use(know('x-user'));
  const cached = options && cacheExpress<Known>(optionsFor<Known>(options, (request) => request.user));
  for (const route of ROUTES) {
    if (cached) app.all(route, cached);
    app.all(route, know('x-late-user'), async (request: Known, response) => {
      const header = (name: string): string | undefined => request.get(name);
      const {
        status = 200,
        headers = {},
        body = null,
        chunks,
      } = await handler({
        ...splitPath(request.originalUrl),
        user: request.user,
        header,
      });
      response.status(status).set(headers);
      if (chunks) Readable.from(spaced(chunks)).pipe(response);
      else if (body === null) response.end();
      else response.send(typeof body === 'string' ? body : Buffer.from(body));
    });
  }
  const server = createServer(app).listen(0, '127.0.0.1');
  await new Promise((listening) => server.once('listening', listening));
  const { port } = server.address() as AddressInfo;
  return {
    send: (sent) => sendHttp(port, sent),
    close: async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

async function serveFastify(handler: Handler, options: SuiteOptions | undefined): Promise<Service> {
  type Known = FastifyRequest & { user?: string };
  const app = fastify();
  app.addHook('onRequest', async (request: Known) => {
    const user = request.headers['x-user'];
    if (typeof user === 'string') request.user = user;
  });
  const cached = options && cacheFastify<Known>(optionsFor<Known>(options, (request) => request.user));
  for (const url of ROUTES) {
    app.route({
      method: ['GET', 'POST'],
      url,
      ...cached,
      handler: async (request: Known, reply) => {
        const late = request.headers['x-late-user'];
        if (typeof late === 'string') request.user = late;
        const header = (name: string): string | undefined => request.headers[name] as string | undefined;
        const {
          status = 200,
          headers = {},
          body = null,
          chunks,
        } = await handler({
          ...splitPath(request.originalUrl),
          user: request.user,
          header,
        });
        reply.code(status).headers(headers);
        return reply.send(chunks ? Readable.from(spaced(chunks)) : (body ?? undefined));
      },
    });
  }
  await app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = app.server.address() as AddressInfo;
  return {
    send: (sent) => sendHttp(port, sent),
    close: async () => {
      app.server.closeAllConnections();
      await app.close();
    },
  };
}

function toResponse({ status = 200, headers = {}, body = null, chunks }: Made): Response {
  const pairs = Object.entries(headers).flatMap(([name, value]) =>
    [value].flat().map((one): [string, string] => [name, one]),
  );
  return new Response(chunks ? ReadableStream.from(spaced(chunks)) : (body as string | null), {
    status,
    headers: pairs,
  });
}

async function serveHono(handler: Handler, options: SuiteOptions | undefined): Promise<Service> {
  type Known = Context<{ Variables: { user?: string } }>;
  const app = new Hono<{ Variables: { user?: string } }>();
  app.use(async (context, next) => {
    const user = context.req.header('x-user');
    if (user !== undefined) context.set('user', user);
    await next();
  });
  const cached = options && cacheHono<Known>(optionsFor<Known>(options, (context) => context.get('user')));
  for (const route of ROUTES) {
    if (cached) app.use(route, cached);
    app.all(route, async (context) => {
      const { pathname, search } = new URL(context.req.url);
      const header = (name: string): string | undefined => context.req.header(name);
      const late = header('x-late-user');
      if (late !== undefined) context.set('user', late);
      const ask = { path: pathname, query: search.slice(1), user: context.get('user'), header };
      return toResponse(await handler(ask));
    });
  }
  app.onError((_, context) => context.text('failed', 500));
  return serveFetch((request) => app.fetch(request));
}

async function serveWeb(handler: Handler, options: SuiteOptions | undefined): Promise<Service> {
  const userOf = (request: Request): string | undefined => request.headers.get('x-user') ?? undefined;
  const cached = options && cacheWeb(optionsFor(options, userOf));
  const answer = async (request: Request): Promise<Response> => {
    const { pathname, search } = new URL(request.url);
    const header = (name: string): string | undefined => request.headers.get(name) ?? undefined;
    const made = toResponse(await handler({ path: pathname, query: search.slice(1), user: userOf(request), header }));
    return request.method === 'HEAD' ? new Response(null, made) : made;
  };
  return serveFetch(async (request) => {
    try {
      return await (cached ? cached(request, answer) : answer(request));
    } catch {
      return new Response('failed', { status: 500 });
    }
  });
}

function serveFetch(answer: (request: Request) => Response | Promise<Response>): Service {
  return {
    async send({ method = 'GET', path, headers = {} }) {
      const response = await answer(new Request(`http://127.0.0.1${path}`, { method, headers }));
      const body = Buffer.from(await response.arrayBuffer());
      return { status: response.status, headers: Object.fromEntries(response.headers), body };
    },
    close: async () => {},
  };
}

function sendHttp(port: number, { method = 'GET', path, headers = {} }: Sent): Promise<Received> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest({ host: '127.0.0.1', port, method, path, headers: { ...headers, host: '127.0.0.1' } });
    sent.on('error', reject);
    sent.on('response', (response: IncomingMessage) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const texts = Object.entries(response.headers).map(([name, value]) => [name, String(value)]);
        const status = response.statusCode ?? 0;
        resolve({ status, headers: Object.fromEntries(texts), body: Buffer.concat(chunks) });
      });
    });
    sent.end();
  });
}

export const BINDINGS: readonly Binding[] = [
  { name: 'express', detached: false, serve: serveExpress },
  { name: 'fastify', detached: false, serve: serveFastify },
  { name: 'hono', detached: false, serve: serveHono },
  { name: 'web', detached: true, serve: serveWeb },
];
