import { setImmediate as turn } from 'node:timers/promises';
import type { HeaderValue, ResponseHeaders, ServiceResponse } from '../cache/index.ts';

/** A web answer of which nothing has been lost. */
export interface SeenResponse {
  /** Undefined: it is streamed. */
  readonly whole: ServiceResponse | undefined;
  /** The answer again, to be sent. */
  readonly response: Response;
}

/** Statuses that have no body at all. */
const EMPTY: ReadonlySet<number> = new Set([101, 103, 204, 205, 304]);

export function fromHeaders(headers: Headers): ResponseHeaders {
  const found = new Map<string, HeaderValue>(headers);
  const cookies = headers.getSetCookie();
  if (cookies.length > 0) found.set('set-cookie', cookies);
  return found;
}

/** Bytes, for a text would be given a content type that it may not have had. */
export function toBytes(body: ServiceResponse['body']): Uint8Array<ArrayBuffer> | null {
  return typeof body === 'string' ? Buffer.from(body) : (body as Uint8Array<ArrayBuffer> | null);
}

export function toWebResponse({ status, headers, body }: ServiceResponse, statusText = ''): Response {
  const pairs = [...headers].flatMap(([name, value]) =>
    typeof value === 'string' ? [[name, value] as const] : value.map((one) => [name, one] as const),
  );
  const init = { status, statusText, headers: pairs as [string, string][] };
  return new Response(EMPTY.has(status) ? null : toBytes(body), init);
}

/** The answer with a `Cache-Status`; one that was fetched cannot be added to. */
export function withCacheStatus(response: Response, cacheStatus: string): Response {
  const noted = new Response(response.body, response);
  noted.headers.append('cache-status', cacheStatus);
  return noted;
}

/**
 * Reads an answer that is there at once. Nothing tells one that was made of a text from one that is being made while it is
 * sent; but the first is read without a turn of the event loop. The second, and one of more than `maxBytes`, goes on as it is,
 * with what was read of it put back.
 */
export async function seeResponse(response: Response, maxBytes: number): Promise<SeenResponse> {
  const { status, body, headers } = response;
  if (response.bodyUsed || headers.get('content-type')?.startsWith('text/event-stream'))
    return { whole: undefined, response };
  if (body === null) return { whole: { status, headers: fromHeaders(headers), body: null }, response };
  const reader = body.getReader();
  const chunks: Uint8Array[] = [];
  const { ended, next } = await readAtOnce(reader, chunks, maxBytes);
  if (!ended) return { whole: undefined, response: new Response(putBack(chunks, reader, next), response) };
  const bytes = Buffer.concat(chunks);
  return {
    whole: { status, headers: fromHeaders(headers), body: bytes },
    response: new Response(EMPTY.has(status) ? null : bytes, response),
  };
}

/** Ends a stream that nobody will read, for another answer is sent. */
export function giveUp(seen: SeenResponse | undefined): void {
  if (seen !== undefined && seen.whole === undefined) seen.response.body?.cancel().catch(() => {});
}

type Reader = ReadableStreamDefaultReader<Uint8Array>;
type Chunk = Awaited<ReturnType<Reader['read']>>;

/** How far a body was read. */
interface Progress {
  readonly ended: boolean;
  /** A chunk that has been asked for and has not come yet. */
  readonly next?: Promise<Chunk>;
}

async function readAtOnce(reader: Reader, chunks: Uint8Array[], maxBytes: number): Promise<Progress> {
  let bytes = 0;
  const late = turn(undefined);
  while (bytes <= maxBytes) {
    const next = reader.read();
    const chunk = await Promise.race([next, late]);
    if (chunk === undefined) return { ended: false, next };
    if (chunk.done) return { ended: true };
    chunks.push(chunk.value);
    bytes += chunk.value.byteLength;
  }
  return { ended: false };
}

function putBack(
  chunks: readonly Uint8Array[],
  reader: Reader,
  next: Promise<Chunk> | undefined,
): ReadableStream<Uint8Array> {
  let pending = next;
  return new ReadableStream<Uint8Array>({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk);
    },
    async pull(controller) {
      const { done, value } = await (pending ?? reader.read());
      pending = undefined;
      if (done) controller.close();
      else controller.enqueue(value);
    },
    cancel: (reason) => reader.cancel(reason),
  });
}
