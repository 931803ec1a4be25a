import { isUtf8 } from 'node:buffer';
import type { HeaderValue, ResponseHeaders, ServiceResponse } from './service-exchange.ts';

/** An answer as it is kept: plain data, so that every codec can carry it. */
export interface StoredResponse {
  readonly status: number;
  readonly headers: readonly (readonly [name: string, value: HeaderValue])[];
  readonly body: string | null;
  /** The body's bytes are no text, and stand as base64. */
  readonly binary: boolean;
  /** When it was made, by the wall clock: the clients' clocks are no better. */
  readonly madeAt: number;
}

/** Of one connection or one request, and wrong on an answer to another. */
const REQUEST_BOUND: ReadonlySet<string> = new Set([
  'age',
  'authentication-info',
  'cache-status',
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authentication-info',
  'proxy-connection',
  'server-timing',
  'set-cookie',
  'te',
  'traceparent',
  'tracestate',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'x-amzn-trace-id',
  'x-cloud-trace-context',
  'x-correlation-id',
  'x-request-id',
  'x-response-time',
  'x-runtime',
]);
const RATE_LIMIT = /^(?:x-)?ratelimit(?:-|$)/;

/** @param before headers that stood before the handler began: one that the handler left alone is not the answer's. */
export function toStored(response: ServiceResponse, before: ResponseHeaders, wallNow: number): StoredResponse {
  const headers = [...response.headers]
    .filter(([name, value]) => !REQUEST_BOUND.has(name) && !RATE_LIMIT.test(name) && !isSame(before.get(name), value))
    .map(([name, value]) => [name, copied(value)] as const);
  const { body, binary } = toText(response.body);
  const ageMs = 1_000 * secondsOf(response.headers.get('age'));
  return { status: response.status, headers, body, binary, madeAt: wallNow - ageMs };
}

/** Whether a value that was found is such an answer: another program may have written it. */
export function isStored(value: unknown): value is StoredResponse {
  if (typeof value !== 'object' || value === null) return false;
  const { status, headers, body, binary, madeAt } = value as Partial<Record<keyof StoredResponse, unknown>>;
  return (
    typeof status === 'number' &&
    Array.isArray(headers) &&
    headers.every(isHeader) &&
    (body === null || typeof body === 'string') &&
    typeof binary === 'boolean' &&
    typeof madeAt === 'number'
  );
}

/** The answer again, with its `Age`. */
export function toResponse(stored: StoredResponse, wallNow: number): ServiceResponse {
  const { status, body, binary, madeAt } = stored;
  const headers = new Map(stored.headers.map(([name, value]) => [name, copied(value)]));
  headers.set('age', String(Math.max(0, Math.floor((wallNow - madeAt) / 1_000))));
  return { status, headers, body: body !== null && binary ? Buffer.from(body, 'base64') : body };
}

export function bytesOf(body: ServiceResponse['body']): number {
  if (body === null) return 0;
  return typeof body === 'string' ? Buffer.byteLength(body) : body.byteLength;
}

function toText(body: ServiceResponse['body']): { readonly body: string | null; readonly binary: boolean } {
  if (body === null || typeof body === 'string') return { body, binary: false };
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const binary = !isUtf8(bytes);
  return { body: bytes.toString(binary ? 'base64' : 'utf8'), binary };
}

function isHeader(one: unknown): boolean {
  return Array.isArray(one) && typeof one[0] === 'string' && (typeof one[1] === 'string' || Array.isArray(one[1]));
}

/** Who sends an answer may add to a list of values (`appendHeader` does), and must not add to everybody's. */
function copied(value: HeaderValue): HeaderValue {
  return typeof value === 'string' ? value : [...value];
}

function isSame(a: HeaderValue | undefined, b: HeaderValue): boolean {
  return a !== undefined && String(a) === String(b);
}

function secondsOf(age: HeaderValue | undefined): number {
  return typeof age === 'string' && /^\d{1,9}$/.test(age) ? Number(age) : 0;
}
