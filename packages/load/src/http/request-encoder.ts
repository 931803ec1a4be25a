import type { BodySource, RequestSpec } from '../scenario/index.ts';
import { checkPath, fieldOf, refuseRequest, writeFields } from './request-fields.ts';
import { RequestTemplate } from './request-template.ts';

/** A request as it goes to the socket, in one write. */
export interface EncodedRequest {
  readonly text: string;
  readonly encoding: 'latin1' | 'utf8';
  /** Content that is written after the text; undefined when there is none, or the text ends with it. */
  readonly content?: Uint8Array | BodySource | undefined;
  /** The content waits until the server has asked for it. */
  readonly expectsContinue?: boolean;
  readonly isHead: boolean;
  /** May be sent again when nothing came back (RFC 9110 section 9.2.2). */
  readonly idempotent: boolean;
  /** Statuses that count as success; undefined: 200 to 399. */
  readonly expect: readonly number[] | undefined;
  /** The `traceparent` in it, the step's own or the template of one; undefined for none. */
  readonly traceparent: string | undefined;
  /** Set where each exchange has trace ids of its own. */
  readonly template: RequestTemplate | undefined;
  /** What it was written from. */
  readonly spec: RequestSpec;
}

const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']);
const WITH_CONTENT: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH']);
const TRACE_FIELD = 'traceparent: ';
const MAX_COPIED_BYTES = 16_384;

/**
 * Writes `spec` as an HTTP/1.1 request to `host`. Path and headers are checked, so that no value can smuggle in
 * another header or request.
 * @param trace the `traceparent` of requests that set none themselves; default none
 * @param isTemplate each exchange writes its own ids into `trace`
 * @throws MILLRACE_LOAD_REQUEST_INVALID
 */
export function encodeRequest(
  spec: RequestSpec,
  host: string,
  trace?: string,
  isTemplate: boolean = false,
): EncodedRequest {
  const { method, path, headers, body } = spec;
  if (!METHODS.has(method)) throw refuseRequest('method', method);
  checkPath(path);
  const own = fieldOf(headers, 'traceparent');
  let text = `${method} ${path} HTTP/1.1\r\nHost: ${host}\r\n`;
  const traceAt = text.length + TRACE_FIELD.length;
  if (own === undefined && trace !== undefined) text += `${TRACE_FIELD}${trace}\r\n`;
  text += writeFields(headers);
  if (spec.expectContinue === true && body !== undefined) text += 'Expect: 100-continue\r\n';
  const length = lengthOf(body);
  if (length === undefined) text += 'Transfer-Encoding: chunked\r\n';
  else if (body !== undefined || WITH_CONTENT.has(method)) text += `Content-Length: ${length}\r\n`;
  text += '\r\n';
  const inText = isInText(spec) ? textOf(body) : undefined;
  const encoding = inText === undefined || length === inText.length ? 'latin1' : 'utf8';
  if (inText !== undefined) text += inText;
  return {
    text,
    encoding,
    content: inText === undefined ? contentOf(body) : undefined,
    expectsContinue: spec.expectContinue === true,
    isHead: method === 'HEAD',
    idempotent: method !== 'POST' && method !== 'PATCH',
    expect: spec.expect,
    traceparent: own ?? trace,
    template: isTemplate && own === undefined ? new RequestTemplate(text, encoding, traceAt) : undefined,
    spec,
  };
}

function lengthOf(body: RequestSpec['body']): number | undefined {
  if (typeof body !== 'object') return Buffer.byteLength(body ?? '');
  if (body instanceof Uint8Array) return body.byteLength;
  const { bytes } = body;
  if (bytes === undefined || (Number.isSafeInteger(bytes) && bytes >= 0)) return bytes;
  throw refuseRequest('length of the body', String(bytes));
}

/** Text, or so few bytes that they may be copied, so that head and body go out in one write. */
function isInText({ body, expectContinue = false }: RequestSpec): boolean {
  if (expectContinue) return false;
  return typeof body !== 'object' || (body instanceof Uint8Array && body.byteLength <= MAX_COPIED_BYTES);
}

function textOf(body: RequestSpec['body']): string | undefined {
  return body instanceof Uint8Array ? latin1Of(body) : (body as string | undefined);
}

function contentOf(body: RequestSpec['body']): Uint8Array | BodySource | undefined {
  return typeof body === 'string' ? Buffer.from(body) : body;
}

/** One character a byte. */
function latin1Of(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}
