import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions as TlsOptions } from 'node:tls';
import { type Clock, checkOptionNames, createRandom, type OptionNames, type Random, systemClock } from 'millrace/core';
import { checkNumber, checkWhole, LOAD_ERRORS } from '../errors.ts';
import type { ReadTarget } from '../http/index.ts';
import { ClientConnection, type ConnectionGround } from './connection.ts';
import { WEBSOCKET_ERRORS } from './errors.ts';
import { FrameEncoder } from './frame-encoder.ts';
import { CLOSE_GOING_AWAY } from './frame-format.ts';
import { encodeUpgrade } from './upgrade.ts';
import type { WebSocketConnection, WebSocketListener } from './web-socket-connection.ts';

/** Options of {@link createWebSocketClient}. */
export interface WebSocketClientOptions {
  /** Where to connect: `ws:` or `wss:`, without user name and fragment. */
  readonly url: string;
  /** The address to connect to instead of resolving the host of `url` for each connection. */
  readonly address?: string;
  /** Header fields of each upgrade; default none. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Subprotocols to offer, the one liked best first; default none. */
  readonly protocols?: readonly string[];
  /** For connecting and the upgrade together, in milliseconds, 1 to 3,600,000; default 10,000. */
  readonly connectTimeoutMs?: number;
  /** For the peer's part of the closing handshake, in milliseconds, 1 to 3,600,000; default 5,000. */
  readonly closeTimeoutMs?: number;
  /** For the answer to a `ping()`, in milliseconds, 1 to 3,600,000; default 10,000. */
  readonly pongTimeoutMs?: number;
  /** Most bytes of a message that is received, 1 to 1 GiB; default 1 MiB. A larger one closes the connection with 1009. */
  readonly maxMessageBytes?: number;
  /** Most bytes that wait on a connection for the peer to read, 1 to 1 GiB; default 1 MiB. */
  readonly maxBufferedBytes?: number;
  /** Most connections that are not closed, 1 to 1,000,000; default 10,000. */
  readonly maxConnections?: number;
  /** For `wss:`, passed on to Node. Certificates are verified by default. */
  readonly tls?: TlsOptions;
  /** Opens each connection, TLS included for `wss:`, so that `address` and `tls` are not looked at. Default: one to `url`. */
  readonly connect?: (onread: ReadTarget) => Socket;
  /** Where keys and masks come from; default `createRandom(0)`. */
  readonly random?: Random;
  /** Default the system's. */
  readonly clock?: Clock;
}

/** WebSocket connections to one target. */
export interface WebSocketClient extends AsyncDisposable {
  /** Connections that are not closed. */
  readonly size: number;
  /**
   * Starts to connect; `listener` hears of everything that follows, failures included. It never connects again.
   * @param path path and query instead of those of `url`.
   * @param headers fields of this upgrade, beside those of the client.
   * @throws MILLRACE_WEBSOCKET_CLIENT_FULL, MILLRACE_WEBSOCKET_CLIENT_CLOSED, MILLRACE_LOAD_REQUEST_INVALID
   */
  open(listener: WebSocketListener, path?: string, headers?: Readonly<Record<string, string>>): WebSocketConnection;
  /** Closes all connections with code 1001 and waits for them, `closeTimeoutMs` at most. */
  close(): Promise<void>;
}

const OPTION_NAMES: OptionNames<WebSocketClientOptions> = {
  url: true,
  address: true,
  headers: true,
  protocols: true,
  connectTimeoutMs: true,
  closeTimeoutMs: true,
  pongTimeoutMs: true,
  maxMessageBytes: true,
  maxBufferedBytes: true,
  maxConnections: true,
  tls: true,
  connect: true,
  random: true,
  clock: true,
};
const READ_BUFFER_BYTES = 65_536;
const SWEEP_MS = 100;
const LONGEST_MS = 3_600_000;
const GIBIBYTE = 1_073_741_824;

/**
 * Makes a client for many WebSocket connections to one target (RFC 6455), for load: frames are parsed in the buffer
 * that all connections read into, and small ones cost no object in either direction. No extension is offered.
 * Timeouts are looked at every 100 ms, so they may come that much later.
 * It connects to whatever `url` says; who sends load asks first whether that is allowed.
 * @throws MILLRACE_LOAD_OPTION_INVALID, MILLRACE_LOAD_REQUEST_INVALID, MILLRACE_CORE_OPTION_UNKNOWN
 * @example
 * await using client = createWebSocketClient({ url: 'ws://127.0.0.1:8080/live' });
 * client.open({
 *   opened: (socket) => socket.send('hello'),
 *   message: (socket, bytes, start, end) => {
 *     console.log(bytes.toString('utf8', start, end));
 *     socket.close();
 *   },
 *   closed: (_socket, { code, failure }) => console.log(code, failure?.error.message),
 * });
 */
export function createWebSocketClient(options: WebSocketClientOptions): WebSocketClient {
  checkOptionNames('createWebSocketClient', options, OPTION_NAMES);
  return new Client(options, readTarget(options.url));
}

class Client implements WebSocketClient {
  readonly #ground: ConnectionGround;
  readonly #maxConnections: number;
  readonly #requestFor: (path: string, headers?: Readonly<Record<string, string>>) => string;
  readonly #path: string;
  readonly #request: string;
  readonly #open: Set<ClientConnection> = new Set();
  #sweeping = false;
  #closing: PromiseWithResolvers<void> | undefined;

  constructor(options: WebSocketClientOptions, url: URL) {
    const { headers = {}, protocols = [], maxConnections = 10_000 } = options;
    checkWhole('maxConnections', maxConnections, 1, 1_000_000);
    this.#maxConnections = maxConnections;
    this.#path = url.pathname + url.search;
    this.#requestFor = (path, own = {}) =>
      encodeUpgrade({ host: url.host, path, headers: { ...headers, ...own }, protocols });
    this.#request = this.#requestFor(this.#path);
    this.#ground = layGround(options, url, (connection) => this.#forget(connection));
  }

  get size(): number {
    return this.#open.size;
  }

  open(
    listener: WebSocketListener,
    path: string = this.#path,
    headers?: Readonly<Record<string, string>>,
  ): WebSocketConnection {
    const { target } = this.#ground;
    if (this.#closing) throw WEBSOCKET_ERRORS.create('MILLRACE_WEBSOCKET_CLIENT_CLOSED', { target });
    const limit = this.#maxConnections;
    if (this.#open.size >= limit) throw WEBSOCKET_ERRORS.create('MILLRACE_WEBSOCKET_CLIENT_FULL', { target, limit });
    const isUsual = path === this.#path && headers === undefined;
    const request = isUsual ? this.#request : this.#requestFor(path, headers);
    const connection = new ClientConnection(this.#ground, listener, request);
    this.#open.add(connection);
    this.#sweepLater();
    return connection;
  }

  close(): Promise<void> {
    if (this.#closing === undefined) {
      this.#closing = Promise.withResolvers();
      for (const connection of this.#open) connection.close(CLOSE_GOING_AWAY);
      if (this.#open.size === 0) this.#closing.resolve();
    }
    return this.#closing.promise;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #forget(connection: ClientConnection): void {
    this.#open.delete(connection);
    if (this.#open.size === 0) this.#closing?.resolve();
  }

  /** One timer for all connections: each has at most one thing it waits for. */
  #sweepLater(): void {
    if (this.#sweeping) return;
    this.#sweeping = true;
    this.#ground.clock.schedule(SWEEP_MS, () => this.#sweep(), { keepAlive: false });
  }

  #sweep(): void {
    this.#sweeping = false;
    const now = this.#ground.clock.now();
    for (const connection of this.#open) if (now >= connection.deadline) connection.expire();
    if (this.#open.size > 0) this.#sweepLater();
  }
}

function readTarget(text: string): URL {
  const url = URL.parse(text);
  const isAllowed =
    url && /^wss?:$/.test(url.protocol) && url.username === '' && url.password === '' && url.hash === '';
  if (isAllowed) return url;
  const allowed = 'ws://host:port/path or wss://host:port/path, without user name and fragment';
  throw LOAD_ERRORS.create('MILLRACE_LOAD_OPTION_INVALID', { option: 'url', value: text, allowed });
}

function layGround(options: WebSocketClientOptions, url: URL, forget: ConnectionGround['forget']): ConnectionGround {
  const { connectTimeoutMs = 10_000, closeTimeoutMs = 5_000, pongTimeoutMs = 10_000 } = options;
  const { maxMessageBytes = 1_048_576, maxBufferedBytes = 1_048_576 } = options;
  const { clock = systemClock, random = createRandom(0), protocols = [] } = options;
  for (const [name, value] of Object.entries({ connectTimeoutMs, closeTimeoutMs, pongTimeoutMs })) {
    checkNumber(name, value, 1, LONGEST_MS);
  }
  for (const [name, value] of Object.entries({ maxMessageBytes, maxBufferedBytes }))
    checkWhole(name, value, 1, GIBIBYTE);
  return {
    target: url.host,
    isSecure: url.protocol === 'wss:',
    connect: options.connect ?? toConnect(options, url),
    protocols,
    connectTimeoutMs,
    closeTimeoutMs,
    pongTimeoutMs,
    maxMessageBytes,
    maxBufferedBytes,
    clock,
    random,
    encoder: new FrameEncoder(random),
    buffer: Buffer.allocUnsafeSlow(READ_BUFFER_BYTES),
    forget,
  };
}

function toConnect({ address, tls }: WebSocketClientOptions, url: URL): ConnectionGround['connect'] {
  const isSecure = url.protocol === 'wss:';
  const hostname = url.hostname.replace(/^\[|\]$/g, '');
  const place = { host: address ?? hostname, port: Number(url.port) || (isSecure ? 443 : 80) };
  if (!isSecure) return (onread) => connectTcp({ ...place, onread });
  const secure = { ...place, servername: isIP(hostname) > 0 ? '' : hostname, ...tls };
  return (onread) => connectTls({ ...secure, onread } as TlsOptions);
}
