import type { ServiceRequest } from '../cache/index.ts';

/** What is known of a web request by itself. */
export function toServiceRequest({ method, url, headers }: Request): ServiceRequest {
  const { origin, pathname, search } = new URL(url);
  return { method, origin, path: pathname, query: search.slice(1), header: (name) => headers.get(name) ?? undefined };
}

/** Requests as they came, by what was made of them. */
const ORIGINALS = new WeakMap<Request, Request>();

/** The request as it came, should it have been asked without its conditions. */
export function originalOf(request: Request): Request {
  return ORIGINALS.get(request) ?? request;
}

/** Asked without them, a handler gives the whole answer, which is what is stored. */
export function withoutConditions(request: Request): Request {
  if (!request.headers.has('if-none-match') && !request.headers.has('if-modified-since')) return request;
  const headers = new Headers(request.headers);
  headers.delete('if-none-match');
  headers.delete('if-modified-since');
  const without = new Request(request, { headers });
  ORIGINALS.set(without, originalOf(request));
  return without;
}
