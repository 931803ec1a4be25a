import { connect, type Socket } from 'node:net';
import type { Clock } from 'millrace/core';
import type { ConnectionTimes } from './connection-times.ts';
import { type Exchange, type Failure, failureOf } from './exchange.ts';
import { ResponseScanner, SCAN_COMPLETE, SCAN_MORE, type ScannerOptions } from './response-scanner.ts';

/** Where to connect, and the bounds that hold there. */
export interface ConnectionOptions extends ScannerOptions {
  readonly address: string;
  readonly port: number;
  /** For connecting, and for each request from its first write. */
  readonly timeoutMs: number;
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

/** One TCP connection that carries one exchange at a time. Opened for its first exchange. */
export class Connection<E extends Exchange> {
  readonly scanner: ResponseScanner;
  /** When the exchange, or the attempt to connect, has taken too long; in clock milliseconds. */
  deadline: number;
  /** Since when it has been idle. */
  idleSince: number = 0;
  readonly #owner: ConnectionOwner<E>;
  readonly #options: ConnectionOptions;
  readonly #openedAt: number;
  readonly #socket: Socket;
  #exchange: E | undefined;
  #connected = false;
  #closed = false;
  #served = 0;
  #answering = false;

  /** @param buffer where reads go; shared between connections, since each read is taken in at once. */
  constructor(owner: ConnectionOwner<E>, options: ConnectionOptions, buffer: Uint8Array, first: E) {
    this.#owner = owner;
    this.#options = options;
    this.#exchange = first;
    this.scanner = new ResponseScanner(options);
    this.#openedAt = options.clock.now();
    this.deadline = (first.writtenAt < 0 ? this.#openedAt : first.writtenAt) + options.timeoutMs;
    const callback = (length: number): boolean => this.#read(buffer, length);
    const { address: host, port } = options;
    this.#socket = connect({ host, port, noDelay: true, onread: { buffer, callback } });
    this.#socket.on('connect', () => this.#connect());
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
    this.#socket.destroy();
    const exchange = this.#exchange;
    this.#exchange = undefined;
    return exchange;
  }

  /** Gives the exchange up: it took longer than `timeoutMs`. */
  expire(): void {
    this.#lose({ kind: 'timeout', reason: this.#connected ? 'no whole answer in time' : 'no connection in time' });
  }

  #connect(): void {
    this.#connected = true;
    this.#owner.times.connect.record((this.#options.clock.now() - this.#openedAt) * 1_000);
    if (this.#exchange !== undefined) this.#write(this.#exchange);
  }

  #write(exchange: E): void {
    const { request } = exchange;
    this.scanner.start(request.isHead, exchange.keepsAnswer);
    this.#answering = false;
    // What is sent once more has been waiting since it was sent first.
    if (exchange.writtenAt < 0) exchange.writtenAt = this.#options.clock.now();
    this.deadline = exchange.writtenAt + this.#options.timeoutMs;
    this.#socket.write(request.text, request.encoding);
  }

  #read(buffer: Uint8Array, length: number): boolean {
    if (this.#closed) return false;
    const now = this.#options.clock.now();
    if (!this.#answering) this.#begin(now);
    const state = this.scanner.push(buffer, length);
    if (state === SCAN_COMPLETE) this.#complete(this.scanner.head.keepAlive, now);
    else if (state !== SCAN_MORE) this.#lose({ kind: 'protocol', reason: this.scanner.problem });
    return true;
  }

  #end(): void {
    if (this.#closed) return;
    if (this.#exchange !== undefined && this.#answering && this.scanner.end() === SCAN_COMPLETE) {
      this.#complete(false, this.#options.clock.now());
    } else {
      this.#lose({ kind: 'reset', reason: 'the connection ended before the answer' });
    }
  }

  #begin(now: number): void {
    this.#answering = true;
    if (this.#exchange !== undefined) this.#exchange.firstByteAt = now;
  }

  #complete(keepAlive: boolean, now: number): void {
    const exchange = this.#exchange as E;
    this.#exchange = undefined;
    this.#served++;
    this.idleSince = now;
    // An answer that came before the request was written out leaves the rest of it in the way of the next one.
    const reusable = keepAlive && this.#socket.writableLength === 0;
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
