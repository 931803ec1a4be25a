import { LOAD_ERRORS } from '../errors.ts';
import type { RequestSpec } from '../scenario/index.ts';

/** A request as it goes to the socket, in one write. */
export interface EncodedRequest {
  readonly text: string;
  readonly encoding: 'latin1' | 'utf8';
  readonly isHead: boolean;
  /** May be sent again when nothing came back (RFC 9110 section 9.2.2). */
  readonly idempotent: boolean;
  /** Statuses that count as success; undefined: 200 to 399. */
  readonly expect: readonly number[] | undefined;
}

const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']);
const WITH_CONTENT: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH']);
const OWN_FIELDS: ReadonlySet<string> = new Set(['host', 'content-length', 'connection', 'transfer-encoding']);
const PATH = /^\/[!-~]*$/;
const NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const VALUE = /^[\t -~]*$/;

/**
 * Writes `spec` as an HTTP/1.1 request to `host`. Path and headers are checked, so that no value can smuggle in
 * another header or request.
 * @throws MILLRACE_LOAD_REQUEST_INVALID
 */
export function encodeRequest(spec: RequestSpec, host: string): EncodedRequest {
  const { method, path, headers, body } = spec;
  if (!METHODS.has(method)) throw refuse('method', method);
  if (!PATH.test(path)) throw refuse('path', path);
  let text = `${method} ${path} HTTP/1.1\r\nHost: ${host}\r\n`;
  for (const name in headers) {
    const value = headers[name] as string;
    if (!NAME.test(name) || OWN_FIELDS.has(name.toLowerCase())) throw refuse('header name', name);
    if (!VALUE.test(value)) throw refuse(`header ${name}`, 'a value with bytes that are not allowed');
    text += `${name}: ${value}\r\n`;
  }
  const content = typeof body === 'object' ? latin1Of(body) : body;
  const bytes = typeof body === 'object' ? body.byteLength : Buffer.byteLength(body ?? '');
  if (body !== undefined || WITH_CONTENT.has(method)) text += `Content-Length: ${bytes}\r\n`;
  text += '\r\n';
  return {
    text: content === undefined ? text : text + content,
    encoding: content === undefined || bytes === content.length ? 'latin1' : 'utf8',
    isHead: method === 'HEAD',
    idempotent: method !== 'POST' && method !== 'PATCH',
    expect: spec.expect,
  };
}

/** One character a byte, so that head and body go out in one write. */
function latin1Of(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}

function refuse(part: string, value: string): Error {
  return LOAD_ERRORS.create('MILLRACE_LOAD_REQUEST_INVALID', { part, value: JSON.stringify(value) });
}
