import { connect, type LookupFunction, type Socket } from 'node:net';
import type { Clock } from 'millrace/core';
import type { ConnectionTimes } from './connection-times.ts';
import { type Exchange, type Failure, failureOf } from './exchange.ts';
import { ReadPace } from './read-pace.ts';
import { ResponseScanner, SCAN_COMPLETE, SCAN_MORE, SCAN_TOO_LONG, type ScannerOptions } from './response-scanner.ts';
import { type ReadTarget, resolvedBy, type SecureEndpoint } from './secure-endpoint.ts';
import { startUpload, type Upload } from './upload.ts';

/** The bounds that hold on a connection. */
export interface ConnectionOptions extends ScannerOptions {
  readonly port: number;
  /** Absent for plain TCP. */
  readonly secure?: SecureEndpoint | undefined;
  /** For each request from its first write to its last byte. */
  readonly timeoutMs: number;
  /** For connecting, TLS included. */
  readonly connectTimeoutMs: number;
  /** From the first write to the first byte of the answer; no bound for requests whose content goes out in pieces. */
  readonly firstByteTimeoutMs: number;
  /** Most that is read a second. Default: all that comes. */
  readonly readBytesPerSecond?: number | undefined;
  /** Resolves the address of each connection, which is then a name. Absent for addresses. */
  readonly lookup?: LookupFunction | undefined;
  readonly clock: Clock;
}

/** Hears what becomes of a connection and its exchange. */
export interface ConnectionOwner<E extends Exchange> {
  readonly times: ConnectionTimes;
  /** The answer is whole; `reusable` connections wait for the next exchange, others are closed already. */
  answered(connection: Connection<E>, exchange: E, now: number, reusable: boolean): void;
  /** The connection is closed. `unanswered` is its exchange, if it had one. `stale`: it was kept alive and no byte came back. */
  lost(connection: Connection<E>, unanswered: E | undefined, failure: Failure, stale: boolean): void;
}

/** One connection, plain or TLS, that carries one exchange at a time. Opened for its first exchange. */
export class Connection<E extends Exchange> {
  readonly scanner: ResponseScanner;
  /** When what it waits for (to be open, the first byte, the last one) has taken too long; in clock milliseconds. */
  deadline: number;
  /** Since when it has been idle. */
  idleSince: number = 0;
  readonly #owner: ConnectionOwner<E>;
  readonly #options: ConnectionOptions;
  readonly #socket: Socket;
  #exchange: E | undefined;
  readonly #pace: ReadPace | undefined;
  #upload: Upload | undefined;
  #connected = false;
  #closed = false;
  #served = 0;
  #answering = false;

  /** @param buffer where reads go; shared between connections, since each read is taken in at once. */
  constructor(owner: ConnectionOwner<E>, options: ConnectionOptions, address: string, buffer: Uint8Array, first: E) {
    this.#owner = owner;
    this.#options = options;
    this.#exchange = first;
    this.scanner = new ResponseScanner(options);
    const openedAt = options.clock.now();
    // What is sent once more has been waiting since it was sent first.
    const since = first.writtenAt < 0 ? openedAt : first.writtenAt;
    this.deadline = Math.min(openedAt + options.connectTimeoutMs, since + this.#timeoutOf(first));
    const read = (length: number): boolean => this.#read(buffer, length);
    const pace = this.#openPace();
    const slowly = (length: number): boolean => read(length) && (this.#closed || pace?.took(length) !== false);
    this.#pace = pace;
    this.#socket = openSocket(options, address, { buffer, callback: pace === undefined ? read : slowly });
    this.#timeOpening(openedAt, options.secure !== undefined);
    this.#socket.on('end', () => this.#end());
    this.#socket.on('error', (error) => this.#lose(failureOf(error, this.#connected)));
    this.#socket.on('close', () => this.#lose(failureOf(undefined, this.#connected)));
  }

  /** The exchange that is under way or waits for the connection to open. */
  get exchange(): E | undefined {
    return this.#exchange;
  }

  /** Writes the exchange's request. Only while idle. */
  send(exchange: E): void {
    this.#exchange = exchange;
    this.#write(exchange);
  }

  /** Closes it without a word to the owner. Returns the exchange that was under way. */
  destroy(): E | undefined {
    this.#closed = true;
    this.#upload?.stop();
    this.#pace?.stop();
    this.#socket.destroy();
    const exchange = this.#exchange;
    this.#exchange = undefined;
    return exchange;
  }

  /** Gives the exchange up: what it waits for is past its deadline. */
  expire(): void {
    const isAnswered = this.#exchange !== undefined && this.#exchange.firstByteAt >= 0;
    const awaited = this.#connected ? (isAnswered ? 'whole answer' : 'first byte') : 'connection';
    this.#lose({ kind: 'timeout', reason: `no ${awaited} in time` });
  }

  #openPace(): ReadPace | undefined {
    const { readBytesPerSecond, clock } = this.#options;
    if (readBytesPerSecond === undefined) return undefined;
    return new ReadPace(readBytesPerSecond, clock, () => this.#socket.resume());
  }

  #timeOpening(openedAt: number, isSecure: boolean): void {
    const { times } = this.#owner;
    const { clock } = this.#options;
    let resolvedAt = openedAt;
    let connectedAt = openedAt;
    if (this.#options.lookup !== undefined) {
      this.#socket.once('lookup', () => {
        resolvedAt = clock.now();
      });
    }
    this.#socket.once('connect', () => {
      connectedAt = clock.now();
      times.connect.record((connectedAt - resolvedAt) * 1_000);
      if (!isSecure) this.#begin();
    });
    if (!isSecure) return;
    this.#socket.once('secureConnect', () => {
      times.tls.record((clock.now() - connectedAt) * 1_000);
      this.#begin();
    });
  }

  #begin(): void {
    this.#connected = true;
    if (this.#exchange !== undefined) this.#write(this.#exchange);
  }

  #write(exchange: E): void {
    const { request } = exchange;
    this.scanner.start(request.isHead, exchange.keepsAnswer, exchange.keepsBody);
    this.#answering = false;
    if (exchange.writtenAt < 0) exchange.writtenAt = this.#options.clock.now();
    this.deadline = exchange.writtenAt + Math.min(this.#options.firstByteTimeoutMs, this.#timeoutOf(exchange));
    if (request.content !== undefined) this.#startUpload(exchange);
    else if (request.template !== undefined) request.template.write(this.#socket, exchange);
    else this.#socket.write(request.text, request.encoding);
  }

  #startUpload(exchange: E): void {
    const { request, writtenAt } = exchange;
    // A long way up says nothing about the first byte of the answer.
    this.deadline = writtenAt + this.#timeoutOf(exchange);
    const broken = (reason: string): void => this.#lose({ kind: 'client', reason });
    const { template, text } = request;
    const head = { ...request, text: template === undefined ? text : template.textFor(exchange) };
    this.#upload = startUpload(this.#socket, head, this.#options.clock, broken);
  }

  #read(buffer: Uint8Array, length: number): boolean {
    if (this.#closed) return false;
    const now = this.#options.clock.now();
    const { interimEnd } = this.scanner;
    const state = this.scanner.push(buffer, length);
    this.#answering = true;
    this.#hear(now, this.scanner.interimEnd !== interimEnd);
    this.#upload?.heed(this.scanner);
    if (state === SCAN_COMPLETE) this.#complete(this.scanner.head.keepAlive, now);
    else if (state === SCAN_TOO_LONG) this.#lose({ kind: 'check', reason: this.scanner.problem });
    else if (state !== SCAN_MORE) this.#lose({ kind: 'protocol', reason: this.scanner.problem });
    return true;
  }

  #end(): void {
    if (this.#closed) return;
    if (this.#exchange !== undefined && this.#answering && this.scanner.end() === SCAN_COMPLETE) {
      this.#complete(false, this.#options.clock.now());
    } else {
      const kind = this.#connected ? 'reset' : 'connect';
      this.#lose({ kind, reason: 'the connection ended before the answer' });
    }
  }

  /** Something of the answer; what turned out to be an interim response was none. */
  #hear(now: number, isPastInterim: boolean): void {
    const exchange = this.#exchange;
    if (exchange === undefined) return;
    if (isPastInterim) exchange.firstByteAt = -1;
    if (exchange.firstByteAt >= 0 || this.scanner.isInterim) return;
    exchange.firstByteAt = now;
    this.deadline = exchange.writtenAt + this.#timeoutOf(exchange);
  }

  #timeoutOf({ timeoutMs = this.#options.timeoutMs }: E): number {
    return timeoutMs;
  }

  #complete(keepAlive: boolean, now: number): void {
    const exchange = this.#exchange as E;
    this.#exchange = undefined;
    this.#served++;
    this.idleSince = now;
    // An answer that came before the request was written out leaves the rest of it in the way of the next one.
    const reusable = keepAlive && this.#socket.writableLength === 0 && this.#upload?.isDone !== false;
    this.#upload?.stop();
    this.#upload = undefined;
    if (!reusable) this.destroy();
    this.#owner.answered(this, exchange, now, reusable);
  }

  #lose(failure: Failure): void {
    if (this.#closed) return;
    const stale = failure.kind === 'reset' && this.#served > 0 && !this.#answering;
    const exchange = this.destroy();
    this.#owner.lost(this, exchange, failure, stale);
  }
}

/** @param onread where it puts what it reads */
function openSocket({ port, secure, lookup }: ConnectionOptions, host: string, onread: ReadTarget): Socket {
  if (secure !== undefined) return secure.connect(host, port, onread, lookup);
  return connect({ host, port, noDelay: true, onread, ...resolvedBy(lookup) });
}
