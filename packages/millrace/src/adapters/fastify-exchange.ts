import type { Reply, ServiceRequest, ServiceResponse } from '../cache/index.ts';
import { type HeaderHolder, headerOf, replaceHeaders, toHeaders } from './node-headers.ts';
import { identityOf } from './node-identity.ts';

/** What is used of a Fastify request. */
export interface FastifyRequest {
  readonly method: string;
  readonly originalUrl: string;
  readonly protocol: string;
  readonly host: string;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly params: unknown;
  readonly routeOptions: { readonly url?: string | undefined; readonly version?: string | undefined };
}

/** What is used of a Fastify reply. */
export interface FastifyReply extends HeaderHolder {
  readonly statusCode: number;
  readonly raw: { once(event: 'finish' | 'close', listen: () => void): unknown };
  readonly sent: boolean;
  code(status: number): unknown;
  header(name: string, value: unknown): unknown;
  send(payload?: unknown): unknown;
}

/** Set by Fastify, and by hooks that make another body of one; what was stored is the body. */
const OF_THE_BODY: readonly string[] = ['content-encoding', 'content-length', 'content-type', 'transfer-encoding'];

export function toServiceRequest(request: FastifyRequest): ServiceRequest {
  const { method, originalUrl: url, headers, params } = request;
  const end = url.indexOf('?');
  return {
    method,
    origin: `${request.protocol}://${request.host}`,
    path: end < 0 ? url : url.slice(0, end),
    query: end < 0 ? '' : url.slice(end + 1),
    route: request.routeOptions.url,
    params: params as ServiceRequest['params'],
    variant: request.routeOptions.version,
    get identity() {
      return identityOf(request);
    },
    header: (name) => headerOf(headers, name),
  };
}

/** Undefined for a stream, a web `Response` and the like. */
export function toServiceResponse(reply: FastifyReply, payload: unknown): ServiceResponse | undefined {
  const body = payload ?? null;
  if (body !== null && typeof body !== 'string' && !(body instanceof Uint8Array)) return undefined;
  return { status: reply.statusCode, headers: toHeaders(reply.getHeaders()), body };
}

/**
 * Hooks before ours have been at the body of a stored answer, as they were at it when it was new: once is enough. What else
 * they said in headers they said of this request, and it stands. Gives the payload.
 */
export function putRight(reply: FastifyReply, { response }: Reply, payload: unknown): unknown {
  if (response === undefined) return payload;
  for (const name of OF_THE_BODY) {
    const value = response.headers.get(name);
    if (value === undefined) reply.removeHeader(name);
    else reply.header(name, value);
  }
  return payloadOf(response, payload);
}

/** Makes the answer another one, unless the handler's is to go out as it is. Gives the payload. */
export function replaceAnswer(reply: FastifyReply, { response, cacheStatus }: Reply, payload: unknown): unknown {
  if (response === undefined) {
    if (cacheStatus !== undefined) reply.header('cache-status', cacheStatus);
    return payload;
  }
  reply.code(response.status);
  replaceHeaders(reply, response.headers, (name, value) => void reply.header(name, value));
  return payloadOf(response, payload);
}

/** Nothing stays undefined where it was: to Fastify's own hooks for HEAD, null is something. */
function payloadOf({ body }: ServiceResponse, payload: unknown): unknown {
  return body ?? (payload === undefined ? undefined : null);
}
