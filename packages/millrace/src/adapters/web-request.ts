import type { ServiceRequest } from '../cache/index.ts';

/** What is known of a web request by itself. */
export function toServiceRequest({ method, url, headers }: Request): ServiceRequest {
  const { origin, pathname, search } = new URL(url);
  return { method, origin, path: pathname, query: search.slice(1), header: (name) => headers.get(name) ?? undefined };
}

/** Asked without them, a handler gives the whole answer, which is what is stored. */
export function withoutConditions(request: Request): Request {
  if (!request.headers.has('if-none-match') && !request.headers.has('if-modified-since')) return request;
  const headers = new Headers(request.headers);
  headers.delete('if-none-match');
  headers.delete('if-modified-since');
  return new Request(request, { headers });
}
