import type { IncomingHttpHeaders } from 'node:http';
import type { Clock } from 'millrace/core';
import type { Dispatcher } from 'undici';
import { type Exchange, type Failure, failureOf, KeptBody, type WireAnswer } from '../http/index.ts';
import { UnreadableBody } from './compat-request.ts';

/** As undici's own, which is switched off. */
export const CONNECT_TIMEOUT = 'UND_ERR_CONNECT_TIMEOUT';

/** The bounds of an exchange. */
export interface CompatBounds {
  readonly timeoutMs: number;
  readonly connectTimeoutMs?: number | undefined;
  readonly firstByteTimeoutMs?: number | undefined;
  readonly maxBodyBytes?: number | undefined;
  readonly clock: Clock;
}

const MAX_KEPT_BYTES = 1_048_576;
const PROTOCOL_CODES = /^(HPE_.*|UND_ERR_HEADERS_OVERFLOW|UND_ERR_RES_CONTENT_LENGTH_MISMATCH)$/;
const CLIENT_CODES = /^UND_ERR_(INVALID_ARG|NOT_SUPPORTED|REQ_CONTENT_LENGTH_MISMATCH)$/;
const TOO_LONG = 'the body is longer than maxBodyBytes';

/** One exchange in undici's hands, and its answer. Ends exactly once. */
export class CompatExchange<E extends Exchange> implements Dispatcher.DispatchHandler, WireAnswer {
  readonly exchange: E;
  /** When what it waits for has taken too long, in clock milliseconds. */
  deadline: number;
  status: number = 0;
  bodyBytes: number = 0;
  readonly #bounds: CompatBounds;
  readonly #ended: (carried: CompatExchange<E>, failure: Failure | undefined) => void;
  #controller: Dispatcher.DispatchController | undefined;
  #fields: IncomingHttpHeaders = {};
  #kept: KeptBody | undefined;
  #isOver = false;

  constructor(
    exchange: E,
    bounds: CompatBounds,
    now: number,
    ended: (carried: CompatExchange<E>, failure: Failure | undefined) => void,
  ) {
    this.exchange = exchange;
    this.#bounds = bounds;
    this.#ended = ended;
    this.deadline = now + Math.min(bounds.connectTimeoutMs ?? bounds.timeoutMs, this.#timeoutMs);
  }

  headers(): Readonly<Record<string, string>> {
    if (this.#kept === undefined) return {};
    const fields: Record<string, string> = Object.create(null);
    for (const [name, value] of Object.entries(this.#fields)) {
      if (value !== undefined) fields[name] = typeof value === 'string' ? value : value.join(', ');
    }
    return fields;
  }

  setCookies(): readonly string[] {
    const cookies =
      this.#kept === undefined ? undefined : (this.#fields['set-cookie'] as string | string[] | undefined);
    return typeof cookies === 'string' ? [cookies] : (cookies ?? []);
  }

  body(): KeptBody | undefined {
    return this.#kept;
  }

  /** What it waits for is past its deadline. */
  expire(): void {
    const { writtenAt, firstByteAt } = this.exchange;
    const awaited = writtenAt < 0 ? 'connection' : firstByteAt < 0 ? 'first byte' : 'whole answer';
    this.#end({ kind: 'timeout', reason: `no ${awaited} in time` });
  }

  /** Ends it without a word. */
  abandon(): void {
    this.#isOver = true;
    this.#controller?.abort(new Error('given up'));
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#isOver) {
      controller.abort(new Error('given up'));
      return;
    }
    const { exchange } = this;
    if (exchange.writtenAt < 0) exchange.writtenAt = this.#bounds.clock.now();
    const isPieces = typeof exchange.request.content === 'object';
    const firstByteMs = isPieces ? undefined : this.#bounds.firstByteTimeoutMs;
    this.deadline = exchange.writtenAt + Math.min(firstByteMs ?? this.#timeoutMs, this.#timeoutMs);
  }

  onResponseStarted(): void {
    if (this.#isOver) return;
    this.exchange.firstByteAt = this.#bounds.clock.now();
    this.deadline = this.exchange.writtenAt + this.#timeoutMs;
  }

  onResponseStart(_controller: unknown, status: number, fields: IncomingHttpHeaders): void {
    if (status < 200) return;
    this.status = status;
    this.#fields = fields;
    if (!this.exchange.keepsAnswer) return;
    this.#kept = new KeptBody(this.exchange.keepsBody === false ? 0 : MAX_KEPT_BYTES);
    this.#kept.coding = this.headers()['content-encoding'];
  }

  onResponseData(_controller: unknown, chunk: Buffer): void {
    this.bodyBytes += chunk.length;
    this.#kept?.add(chunk, 0, chunk.length);
    if (this.bodyBytes > (this.#bounds.maxBodyBytes ?? Number.POSITIVE_INFINITY)) {
      this.#end({ kind: 'check', reason: `${TOO_LONG}, ${this.#bounds.maxBodyBytes}` });
    }
  }

  onResponseEnd(): void {
    this.#end(undefined);
  }

  onResponseError(_controller: unknown, error: Error): void {
    this.#end(failureOfUndici(error, this.exchange.writtenAt >= 0));
  }

  get #timeoutMs(): number {
    return this.exchange.timeoutMs ?? this.#bounds.timeoutMs;
  }

  #end(failure: Failure | undefined): void {
    if (this.#isOver) return;
    this.#isOver = true;
    if (failure !== undefined) this.#controller?.abort(new Error(failure.reason));
    this.#ended(this, failure);
  }
}

/** Undici's errors by class: its parser's are the protocol's, the rest are as of any socket. */
function failureOfUndici(error: NodeJS.ErrnoException, written: boolean): Failure {
  const code = error.code ?? '';
  if (error.name === 'HTTPParserError' || PROTOCOL_CODES.test(code)) return { kind: 'protocol', reason: error.message };
  if (code === CONNECT_TIMEOUT) return { kind: 'timeout', reason: error.message };
  if (CLIENT_CODES.test(code) || error instanceof UnreadableBody) return { kind: 'client', reason: error.message };
  return failureOf(error, written);
}
