import { connect as connectTcp, type Socket } from 'node:net';
import type { Clock } from 'millrace/core';
import { type buildConnector, type Dispatcher, Pool, ProxyAgent } from 'undici';
import {
  ConnectionTimes,
  type Exchange,
  type ExchangeHandler,
  type Failure,
  SecureEndpoint,
  type TlsOptions,
} from '../http/index.ts';
import { CONNECT_TIMEOUT, CompatExchange } from './compat-exchange.ts';
import { requestOf } from './compat-request.ts';

/** Options of a {@link CompatPool}. */
export interface CompatPoolOptions {
  /** `http://host:port` or `https://host:port`. */
  readonly origin: string;
  /** For the name in certificates. */
  readonly hostname: string;
  /** Where to connect: each connection to the next of them. Not looked at with a `proxy`. */
  readonly addresses: readonly string[];
  readonly port: number;
  readonly tls?: TlsOptions | undefined;
  /** Carries all requests: `http:` targets by absolute URLs, `https:` ones through a tunnel. */
  readonly proxy?: string | undefined;
  readonly maxConnections: number;
  readonly timeoutMs: number;
  readonly connectTimeoutMs?: number | undefined;
  readonly firstByteTimeoutMs?: number | undefined;
  readonly maxBodyBytes?: number | undefined;
  readonly clock: Clock;
}

/**
 * Exchanges carried by undici, in the terms of the fast engine. It differs in this: nothing is sent once more, a body
 * does not wait for `100 Continue`, and behind a proxy the connections are the proxy's affair, so they are not timed.
 */
export class CompatPool<E extends Exchange> {
  opened: number = 0;
  readonly desyncs: number = 0;
  readonly times: ConnectionTimes = new ConnectionTimes();
  readonly #options: CompatPoolOptions;
  readonly #handler: ExchangeHandler<E>;
  readonly #dispatcher: Dispatcher;
  readonly #secure: SecureEndpoint | undefined;
  readonly #busy: Set<CompatExchange<E>> = new Set();
  readonly #connecting: Set<Socket> = new Set();

  constructor(options: CompatPoolOptions, handler: ExchangeHandler<E>) {
    const { origin, hostname, maxConnections, proxy, tls } = options;
    this.#options = options;
    this.#handler = handler;
    this.#secure = tls && new SecureEndpoint(hostname, tls);
    // The bounds of time are kept here, by the run's own clock.
    const bounds = { connections: maxConnections, pipelining: 1, allowH2: false, headersTimeout: 0, bodyTimeout: 0 };
    this.#dispatcher =
      proxy === undefined
        ? new Pool(origin, { ...bounds, connect: (_options, opened) => this.#connect(opened) })
        : new ProxyAgent({
            ...bounds,
            uri: proxy,
            proxyTls: { maxCachedSessions: 0 },
            requestTls: {
              ...this.#secure?.verification,
              ...(tls?.resumeSessions !== true && { maxCachedSessions: 0 }),
            } as buildConnector.BuildOptions,
          });
  }

  get hasRoom(): boolean {
    return this.#busy.size < this.#options.maxConnections;
  }

  send(exchange: E): void {
    const { origin, clock } = this.#options;
    const carried = new CompatExchange(exchange, this.#options, clock.now(), (ended, failure) =>
      this.#settle(ended, failure),
    );
    this.#busy.add(carried);
    try {
      this.#dispatcher.dispatch({ origin, ...requestOf(exchange.request.spec, exchange.traceparent) }, carried);
    } catch (cause) {
      carried.onResponseError(undefined, cause as Error);
    }
  }

  sweep(now: number): void {
    for (const carried of this.#busy) {
      if (now >= carried.deadline) carried.expire();
    }
  }

  close(): E[] {
    const abandoned = [...this.#busy].map(({ exchange }) => exchange);
    for (const carried of this.#busy) carried.abandon();
    this.#busy.clear();
    for (const socket of this.#connecting) socket.destroy();
    this.#dispatcher.destroy().catch(() => {});
    return abandoned;
  }

  #settle(carried: CompatExchange<E>, failure: Failure | undefined): void {
    this.#busy.delete(carried);
    const now = this.#options.clock.now();
    if (failure === undefined) this.#handler.answered(carried.exchange, carried, now);
    else this.#handler.failed(carried.exchange, failure, now);
  }

  #connect(opened: buildConnector.Callback): void {
    const { addresses, port, clock, timeoutMs, connectTimeoutMs = timeoutMs } = this.#options;
    const host = addresses[this.opened++ % addresses.length] as string;
    const openedAt = clock.now();
    let connectedAt = openedAt;
    const socket: Socket = this.#secure?.connect(host, port) ?? connectTcp({ host, port, noDelay: true });
    const fail = (error: Error): void => opened(error, null);
    const late = Object.assign(new Error('no connection in time'), { code: CONNECT_TIMEOUT });
    const patience = clock.schedule(connectTimeoutMs, () => socket.destroy(late));
    this.#connecting.add(socket);
    const settle = (): void => {
      patience.cancel();
      this.#connecting.delete(socket);
    };
    socket.once('close', settle);
    socket.once('error', fail);
    socket.once('connect', () => {
      connectedAt = clock.now();
      this.times.connect.record((connectedAt - openedAt) * 1_000);
    });
    socket.once(this.#secure === undefined ? 'connect' : 'secureConnect', () => {
      if (this.#secure !== undefined) this.times.tls.record((clock.now() - connectedAt) * 1_000);
      settle();
      socket.off('error', fail);
      opened(null, socket);
    });
  }
}
