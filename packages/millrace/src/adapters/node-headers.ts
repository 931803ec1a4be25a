import type { HeaderValue, ResponseHeaders } from '../cache/index.ts';
import type { RequestFacts } from './guard/limit-rate.ts';

/** What holds the headers of an answer: Node's own response, and Fastify's reply. */
export interface HeaderHolder {
  getHeaders(): Readonly<Record<string, number | string | readonly string[] | undefined>>;
  removeHeader(name: string): unknown;
}

/** Headers as Node and its frameworks hold them, by name in small letters. */
export function toHeaders(headers: ReturnType<HeaderHolder['getHeaders']>): ResponseHeaders {
  const found = new Map<string, HeaderValue>();
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) found.set(name.toLowerCase(), typeof value === 'number' ? String(value) : value);
  }
  return found;
}

/** Makes the headers of an answer those given, without touching the ones that stay. */
export function replaceHeaders(
  holder: HeaderHolder,
  headers: ResponseHeaders,
  set: (name: string, value: HeaderValue) => void,
): void {
  const current = toHeaders(holder.getHeaders());
  for (const name of current.keys()) if (!headers.has(name)) holder.removeHeader(name);
  for (const [name, value] of headers) if (String(current.get(name)) !== String(value)) set(name, value);
}

/** A header of a request as one text. */
export function headerOf(
  headers: Readonly<Record<string, string | string[] | undefined>>,
  name: string,
): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value.join(', ') : value;
}

/** What guards look at beside credentials. */
export function factsOf(
  headers: Parameters<typeof headerOf>[0],
  socket: { readonly remoteAddress?: string | undefined },
): RequestFacts {
  return { peerAddress: socket.remoteAddress, header: (name) => headerOf(headers, name) };
}

const AUTHORIZATION = 'authorization';

/**
 * The credentials of a request; several lines are joined, as in a web request. Node itself gives the first alone, and a proxy
 * may have believed another.
 */
export function authorizationOf(
  { authorization }: { readonly authorization?: string | undefined },
  rawHeaders: readonly string[] = [],
): string | undefined {
  if (authorization === undefined) return undefined;
  let isFurther = false;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at]!;
    if (name.length !== AUTHORIZATION.length || name.toLowerCase() !== AUTHORIZATION) continue;
    if (isFurther) return `${authorization}, ${rawHeaders[at + 1]}`;
    isFurther = true;
  }
  return authorization;
}
