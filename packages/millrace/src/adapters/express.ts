import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  type CacheResponseOptions,
  cacheResponse as createResponses,
  type Reply,
  type ServiceRequest,
} from '../cache/index.ts';
import { NodeCapture } from './node-capture.ts';
import { headerOf } from './node-headers.ts';
import { identityOf } from './node-identity.ts';

export { authenticate, type ExpressGuard, limitRate, setDeadline, shedLoad } from './express-guards.ts';
export type { AuthenticateOptions } from './guard/authenticate.ts';
export type { RequestDeadline, SetDeadlineOptions } from './guard/deadline.ts';
export type { LimitRateOptions } from './guard/limit-rate.ts';
export type { RefusalOptions } from './guard/refusals.ts';
export type { Shedder, ShedLoadOptions } from './guard/shed-load.ts';

/** What is used of an Express request. */
export interface ExpressRequest extends IncomingMessage {
  readonly originalUrl?: string;
  readonly protocol?: string;
  readonly host?: string;
  readonly baseUrl?: string;
  readonly route?: unknown;
  readonly params?: unknown;
}

/** A middleware of Express 5; it takes the requests of `node:http` too. */
export type ExpressMiddleware<Request extends ExpressRequest> = (
  request: Request,
  response: ServerResponse,
  next: (error?: unknown) => void,
) => void;

/**
 * Keeps the answers of what comes after it. Put it behind what authenticates, or sets `request.user`, and behind a
 * compressor; see `cacheResponse` of `millrace/cache` for what is stored and what is not. What came before it does its work
 * on each answer, on a stored one too. Where an answer is past its TTL, the request that makes the new one waits for it.
 * @throws MILLRACE_CACHE_OPTION_INVALID, MILLRACE_CORE_OPTION_UNKNOWN
 * @example
 * const cache = createCache({ name: 'answers', ttlMs: 60_000 });
 * const cached = cacheResponse({ cache, shared: true, tags: ['products'] });
 * app.get('/products', cached, async (request, response) => response.json(await listProducts()));
 * app.post('/products', async (request, response) => {
 *   await addProduct(request.body);
 *   await cache.invalidateTags(['products']);
 *   response.sendStatus(201);
 * });
 */
export function cacheResponse<Request extends ExpressRequest = ExpressRequest>(
  options: CacheResponseOptions<Request>,
): ExpressMiddleware<Request> {
  const responses = createResponses<Request>(options);
  return (request, response, next) => {
    let capture: NodeCapture | undefined;
    const produce = (): NodeCapture['produced'] => {
      capture = new NodeCapture(response);
      dropConditions(request);
      next();
      return capture.produced;
    };
    const send = (reply: Reply): void => {
      if (capture === undefined) answer(response, request, reply, next);
      else capture.send(reply);
    };
    const reply = responses.respond(toServiceRequest(request), request, produce);
    if (reply instanceof Promise) reply.then(send).catch(next);
    else send(reply);
  };
}

/** Asked without them, the handler gives the whole answer, which is what is stored. */
function dropConditions({ headers }: IncomingMessage): void {
  delete headers['if-none-match'];
  delete headers['if-modified-since'];
}

/** The handler has not been asked. */
function answer(response: ServerResponse, request: IncomingMessage, reply: Reply, next: () => void): void {
  if (reply.response === undefined) {
    if (reply.cacheStatus !== undefined) response.setHeader('cache-status', reply.cacheStatus);
    next();
    return;
  }
  const { status, headers, body } = reply.response;
  response.statusCode = status;
  for (const [name, value] of headers) response.setHeader(name, value);
  if (request.method === 'HEAD' || body === null) response.end();
  else response.end(body);
}

function toServiceRequest(request: ExpressRequest): ServiceRequest {
  const { originalUrl: url = request.url ?? '/', headers, method = 'GET' } = request;
  const end = url.indexOf('?');
  const pattern = (request.route as { readonly path?: unknown } | undefined)?.path;
  return {
    method,
    origin: `${request.protocol ?? 'http'}://${request.host ?? headers.host ?? ''}`,
    path: end < 0 ? url : url.slice(0, end),
    query: end < 0 ? '' : url.slice(end + 1),
    route: typeof pattern === 'string' ? `${request.baseUrl ?? ''}${pattern}` : undefined,
    params: request.params as ServiceRequest['params'],
    get identity() {
      return identityOf(request);
    },
    header: (name) => headerOf(headers, name),
  };
}
