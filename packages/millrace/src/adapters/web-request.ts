import type { ServiceRequest } from '../cache/index.ts';
import type { RequestDeadline } from './guard/deadline.ts';

/** What is known of a web request by itself. */
export function toServiceRequest(request: Request): ServiceRequest {
  const { method, url, headers } = request;
  const { origin, pathname, search } = new URL(url);
  return {
    ...{ method, origin, path: pathname, query: search.slice(1) },
    get identity() {
      return userOf(request);
    },
    header: (name) => headers.get(name) ?? undefined,
  };
}

/** Who sent what, for as long as the request is there. */
const USERS = new WeakMap<Request, object>();

/** Remembers who sent a request. */
export function setUser(request: Request, user: object): void {
  USERS.set(originalOf(request), user);
}

/**
 * Who sent a request that `authenticate` has let through; undefined for nobody.
 * @example
 * const user = userOf<User>(request);
 */
export function userOf<Identity extends object>(request: Request): Identity | undefined {
  return USERS.get(originalOf(request)) as Identity | undefined;
}

const DEADLINES = new WeakMap<Request, RequestDeadline>();

/** Remembers how long a request may take. */
export function noteDeadline(request: Request, deadline: RequestDeadline): void {
  DEADLINES.set(originalOf(request), deadline);
}

/**
 * How long a request that `setDeadline` has let through may still take; undefined for others.
 * @example
 * const answer = await fetch(url, { signal: deadlineOf(request)?.signal });
 */
export function deadlineOf(request: Request): RequestDeadline | undefined {
  return DEADLINES.get(originalOf(request));
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
