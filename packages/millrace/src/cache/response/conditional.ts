import { hash } from 'node:crypto';
import { type HeaderValue, headerText, type ServiceRequest, type ServiceResponse } from './service-exchange.ts';

/** What the client has already. */
export interface Conditions {
  readonly ifNoneMatch: string | undefined;
  readonly ifModifiedSince: string | undefined;
}

/** Of the body that a 304 does not have. */
const OF_THE_BODY: readonly string[] = [
  'content-type',
  'content-length',
  'content-encoding',
  'content-language',
  'content-digest',
  'content-md5',
  'repr-digest',
  'transfer-encoding',
];
/** Bits enough that no two bodies meet: 27 letters of 6. */
const TAG_LENGTH = 27;

export function conditionsOf(request: ServiceRequest): Conditions {
  return { ifNoneMatch: request.header('if-none-match'), ifModifiedSince: request.header('if-modified-since') };
}

/** The answer with an entity tag, made of its bytes, unless it has one. It is weak, for what compresses comes later. */
export function withEntityTag(response: ServiceResponse): ServiceResponse {
  const { status, headers, body } = response;
  if ((status !== 200 && status !== 203) || body === null || headers.has('etag')) return response;
  const tag = `W/"${hash('sha256', body, 'base64url').slice(0, TAG_LENGTH)}"`;
  return { ...response, headers: new Map(headers).set('etag', tag) };
}

/** The answer, or 304 when the client has it already (RFC 9110, 13.2.2). */
export function answerTo(conditions: Conditions, response: ServiceResponse): ServiceResponse {
  if ((response.status !== 200 && response.status !== 203) || !holds(conditions, response)) return response;
  const headers = new Map<string, HeaderValue>(response.headers);
  for (const name of OF_THE_BODY) headers.delete(name);
  return { status: 304, headers, body: null };
}

function holds({ ifNoneMatch, ifModifiedSince }: Conditions, { headers }: ServiceResponse): boolean {
  if (ifNoneMatch !== undefined) return matches(ifNoneMatch, headerText(headers, 'etag'));
  const modified = headerText(headers, 'last-modified');
  return ifModifiedSince !== undefined && modified !== undefined && Date.parse(modified) <= Date.parse(ifModifiedSince);
}

/** Weak comparison: `W/` counts on neither side. */
function matches(given: string, tag: string | undefined): boolean {
  if (given.trim() === '*') return true;
  const opaque = tag?.replace(/^W\//, '');
  if (opaque === undefined) return false;
  const tags = given.match(/(?:W\/)?"[^"]*"|[^\s,]+/g) ?? [];
  return tags.some((one) => one.replace(/^W\//, '') === opaque);
}
