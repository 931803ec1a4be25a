import type { ServerResponse } from 'node:http';
import type { Produced, Reply, ResponseHeaders, ServiceResponse } from '../cache/index.ts';
import { replaceHeaders, toHeaders } from './node-headers.ts';

/*
 * Stands between a handler and what it answers with, and holds a whole answer back until it is known what to send. What
 * was put around the response before, by a compressor say, stays outside: it sees what is sent, a stored answer too.
 * What is put around it later stays inside. So nothing is ever taken off again; it only lets everything through in the end.
 */

/** The answer of one handler, held back. */
export class NodeCapture {
  /** Settles when the handler has answered, or begins to stream. */
  readonly produced: Promise<Produced>;
  readonly #response: ServerResponse;
  readonly #before: ResponseHeaders;
  readonly #resolve: (produced: Produced) => void;
  readonly #end: ServerResponse['end'];
  #state: 'waits' | 'held' | 'through' = 'waits';
  #held: ServiceResponse | undefined;
  #callback: (() => void) | undefined;

  constructor(response: ServerResponse) {
    this.#response = response;
    this.#before = toHeaders(response.getHeaders());
    const { promise, resolve } = Promise.withResolvers<Produced>();
    this.produced = promise;
    this.#resolve = resolve;
    this.#end = response.end;
    this.#holdHead();
    this.#holdBody();
  }

  /** Sends what was held back, or another answer in its place; what streams has gone already. */
  send({ response = this.#held, cacheStatus }: Reply): void {
    if (this.#state !== 'held' || response === undefined) return;
    this.#state = 'through';
    const { status, headers, body } = response;
    if (response !== this.#held) this.#response.statusMessage = '';
    this.#response.statusCode = status;
    replaceHeaders(this.#response, headers, (name, value) => void this.#response.setHeader(name, value));
    if (response === this.#held && cacheStatus !== undefined) this.#response.appendHeader('cache-status', cacheStatus);
    this.#end.call(this.#response, body ?? '', 'utf8', this.#callback);
  }

  #holdHead(): void {
    const response = this.#response;
    const { writeHead, flushHeaders } = response;
    response.writeHead = (status: number, ...rest: unknown[]) => {
      if (this.#state === 'through') return writeHead.apply(response, [status, ...rest] as never);
      if (this.#state === 'waits') keepHead(response, status, rest);
      return response;
    };
    response.flushHeaders = () => {
      this.#stream();
      if (this.#state === 'through') flushHeaders.call(response);
    };
  }

  #holdBody(): void {
    const response = this.#response;
    const { write } = response;
    const heldHead = response.writeHead;
    response.write = (...given: unknown[]) => {
      this.#stream();
      return this.#state === 'held' ? false : write.apply(response, given as never);
    };
    response.end = ((...given: unknown[]) => {
      if (this.#state === 'through') return this.#end.apply(response, given as never);
      if (this.#state === 'held') return response;
      // Who came later and waits for the head may still add to it.
      if (response.writeHead !== heldHead) response.writeHead(response.statusCode);
      this.#hold(given);
      return response;
    }) as ServerResponse['end'];
  }

  /** The answer is whole. What is done to the response from here on comes too late, as it would had it been sent. */
  #hold(given: readonly unknown[]): void {
    const callback = given.find((one) => typeof one === 'function');
    this.#callback = callback as (() => void) | undefined;
    const [chunk, encoding] = given;
    const { statusCode: status } = this.#response;
    this.#held = { status, headers: toHeaders(this.#response.getHeaders()), body: toBody(chunk, encoding) };
    this.#state = 'held';
    this.#resolve({ response: this.#held, before: this.#before });
  }

  #stream(): void {
    if (this.#state !== 'waits') return;
    this.#state = 'through';
    this.#resolve({ response: undefined, before: this.#before });
  }
}

function toBody(chunk: unknown, encoding: unknown): ServiceResponse['body'] {
  if (chunk instanceof Uint8Array) return chunk;
  if (typeof chunk !== 'string') return null;
  const isText = typeof encoding !== 'string' || /^utf-?8$/i.test(encoding);
  return isText ? chunk : Buffer.from(chunk, encoding as BufferEncoding);
}

/** What `writeHead` was given, kept until the head is written. */
function keepHead(response: ServerResponse, status: number, rest: readonly unknown[]): void {
  response.statusCode = status;
  const [message, headers = message] = rest;
  if (typeof message === 'string') response.statusMessage = message;
  if (Array.isArray(headers)) {
    const flat = headers.flat() as string[];
    for (let at = 0; at < flat.length; at += 2) response.removeHeader(flat[at]!);
    for (let at = 0; at < flat.length; at += 2) response.appendHeader(flat[at]!, flat[at + 1]!);
  } else if (typeof headers === 'object' && headers !== null) {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value as string);
  }
}
