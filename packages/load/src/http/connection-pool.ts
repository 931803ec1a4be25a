import type { LookupFunction } from 'node:net';
import type { Clock } from 'millrace/core';
import { Connection, type ConnectionOptions, type ConnectionOwner } from './connection.ts';
import { ConnectionTimes } from './connection-times.ts';
import type { Exchange, ExchangeHandler, Failure } from './exchange.ts';
import { createReadBuffer } from './read-pace.ts';
import type { SecureEndpoint } from './secure-endpoint.ts';

/** Options of a {@link ConnectionPool}. */
export interface PoolOptions {
  /** Where to connect: each connection to the next of them. At least one. */
  readonly addresses: readonly string[];
  readonly port: number;
  /** Absent for plain TCP. */
  readonly secure?: SecureEndpoint | undefined;
  /** For connecting and then for each request, from its first write to its last byte. */
  readonly timeoutMs: number;
  /** For connecting alone, TLS included; default `timeoutMs`. */
  readonly connectTimeoutMs?: number | undefined;
  /** From the first write to the first byte of the answer; default `timeoutMs`. */
  readonly firstByteTimeoutMs?: number | undefined;
  /** Most bytes of a body; past it the exchange fails. Default: no bound. */
  readonly maxBodyBytes?: number | undefined;
  /** Most bytes that each connection reads a second. Default: all that come. */
  readonly readBytesPerSecond?: number | undefined;
  /** Resolves each connection's address, which is then a name. Absent for addresses. */
  readonly lookup?: LookupFunction | undefined;
  readonly clock: Clock;
  /** Most connections open at one time. */
  readonly maxConnections: number;
}

/** As much as Node's own client allows. */
const MAX_HEAD_BYTES = 16_384;
const MAX_KEPT_BYTES = 1_048_576;
/** How long before the server would close an idle connection it is no longer used, at most. */
const KEEP_ALIVE_MARGIN_MS = 1_000;

/**
 * The connections to one target. It never queues: {@link ConnectionPool.hasRoom} says whether an exchange can go out.
 *
 * The connection used last is used first, so that as few as possible are kept busy. A connection opens only for an
 * exchange, so failing to connect can never turn into a flood of attempts of the pool's own.
 */
export class ConnectionPool<E extends Exchange> implements ConnectionOwner<E> {
  /** Connections opened so far. */
  opened: number = 0;
  /** Idle connections on which bytes came. */
  desyncs: number = 0;
  readonly times: ConnectionTimes = new ConnectionTimes();
  readonly #options: ConnectionOptions;
  readonly #addresses: readonly string[];
  readonly #maxConnections: number;
  readonly #handler: ExchangeHandler<E>;
  readonly #buffer: Uint8Array;
  readonly #open: Set<Connection<E>> = new Set();
  readonly #idle: Connection<E>[] = [];

  constructor(options: PoolOptions, handler: ExchangeHandler<E>) {
    this.#options = toConnectionOptions(options);
    this.#addresses = options.addresses;
    this.#maxConnections = options.maxConnections;
    this.#handler = handler;
    this.#buffer = createReadBuffer(options.readBytesPerSecond);
  }

  get hasRoom(): boolean {
    return this.#idle.length > 0 || this.#open.size < this.#maxConnections;
  }

  /** Sends on an idle connection, or on one opened for it. Only while there is room. */
  send(exchange: E): void {
    const connection = this.#takeIdle();
    if (connection === undefined) this.#connect(exchange);
    else connection.send(exchange);
  }

  /** Gives up what has taken too long. To be called often; each call looks at every connection. */
  sweep(now: number): void {
    for (const connection of this.#open) {
      if (connection.exchange !== undefined && now >= connection.deadline) connection.expire();
    }
  }

  /** Closes all connections. Returns the exchanges that were under way; the handler does not hear of them. */
  close(): E[] {
    const abandoned = [...this.#open].map((connection) => connection.destroy());
    this.#open.clear();
    this.#idle.length = 0;
    return abandoned.filter((exchange) => exchange !== undefined);
  }

  answered(connection: Connection<E>, exchange: E, now: number, reusable: boolean): void {
    if (reusable) this.#idle.push(connection);
    else this.#open.delete(connection);
    this.#handler.answered(exchange, connection.scanner, now);
  }

  lost(connection: Connection<E>, unanswered: E | undefined, failure: Failure, stale: boolean): void {
    this.#open.delete(connection);
    if (unanswered === undefined) {
      this.#idle.splice(this.#idle.indexOf(connection), 1);
      if (failure.kind === 'protocol') this.desyncs++;
    } else if (stale && unanswered.request.idempotent) {
      // Once at most: a fresh connection is never stale.
      unanswered.retried = true;
      this.#connect(unanswered);
    } else {
      this.#handler.failed(unanswered, failure, this.#options.clock.now());
    }
  }

  #connect(exchange: E): void {
    const address = this.#addresses[this.opened++ % this.#addresses.length] as string;
    this.#open.add(new Connection(this, this.#options, address, this.#buffer, exchange));
  }

  #takeIdle(): Connection<E> | undefined {
    for (;;) {
      const connection = this.#idle.pop();
      if (connection === undefined) return undefined;
      const { keepAliveMs } = connection.scanner.head;
      if (keepAliveMs === 0 || !this.#isOld(connection, keepAliveMs)) return connection;
      connection.destroy();
      this.#open.delete(connection);
    }
  }

  /** So close to the end that the server announced that it may close the connection under the next request. */
  #isOld(connection: Connection<E>, keepAliveMs: number): boolean {
    const idleMs = this.#options.clock.now() - connection.idleSince;
    return idleMs >= keepAliveMs - Math.min(KEEP_ALIVE_MARGIN_MS, keepAliveMs / 2);
  }
}

function toConnectionOptions(options: PoolOptions): ConnectionOptions {
  const { port, secure, lookup, timeoutMs, readBytesPerSecond, clock } = options;
  return {
    ...{ port, secure, lookup, timeoutMs, readBytesPerSecond, clock },
    connectTimeoutMs: options.connectTimeoutMs ?? timeoutMs,
    firstByteTimeoutMs: options.firstByteTimeoutMs ?? timeoutMs,
    maxHeadBytes: MAX_HEAD_BYTES,
    maxKeptBytes: MAX_KEPT_BYTES,
    maxBodyBytes: options.maxBodyBytes,
  };
}
