import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import {
  type Clock,
  checkOptionNames,
  createRandom,
  type OptionNames,
  type Random,
  systemClock,
} from '../core/index.ts';
import { TESTING_ERRORS } from './errors.ts';
import { FaultConnection, type ProxyTally, resetSocket } from './fault-connection.ts';
import { type Faults, type ResolvedFaults, resolveFaults } from './faults.ts';
import { checkWhole } from './option-check.ts';
import { addressText, addressUrl, checkAddress, lookupLoopback, type ProxyAddress } from './proxy-address.ts';

/** Options of {@link createFaultProxy}. */
export interface FaultProxyOptions {
  /** What the proxy stands before: a port of a loopback address, or a Unix socket. */
  readonly target: ProxyAddress;
  /** Where it listens, loopback or a Unix socket; default a free port of 127.0.0.1. */
  readonly listen?: ProxyAddress;
  /** Faults from the start; default none. */
  readonly faults?: Faults;
  /** Time for latency, bandwidth and delays; default the machine's. */
  readonly clock?: Clock;
  /** What jitter and corruption are drawn from; default made from `seed`. */
  readonly random?: Random;
  /** Equal seeds, equal draws for the n-th connection; default 1. */
  readonly seed?: number;
  /** Open connections; what comes above is reset. 1 to 100,000, default 1,000. */
  readonly maxConnections?: number;
  /**
   * Bytes that may wait in the proxy for each direction of a connection, 1 to 1 GiB, default 1 MiB. When they are
   * reached the sender has to wait; up to 192 KiB more may have been read by then. Latency needs room: not more than
   * this passes within one latency.
   */
  readonly maxBufferedBytes?: number;
  /** Time to reach the target, after which the client is reset; 1 to 600,000, default 5,000. */
  readonly connectTimeoutMs?: number;
}

/** What a fault proxy has done so far. */
export interface FaultProxyStats extends Readonly<ProxyTally> {
  /** Connections accepted and led to the target. */
  readonly accepted: number;
  /** Connections reset on arrival, by the fault `refuse` or for being too many. */
  readonly refused: number;
  /** Connections for which the target could not be reached. */
  readonly failed: number;
  /** Connections that the proxy reset: by a fault or resetAll(), not those where it passed a reset on. */
  readonly resets: number;
  /** Bytes that the target's socket has taken. */
  readonly bytesUp: number;
  /** Bytes that the client's socket has taken. */
  readonly bytesDown: number;
  /** Bytes thrown away: half-open, or for a peer that is gone. */
  readonly bytesSwallowed: number;
  /** Bytes whose bits were flipped. */
  readonly bytesCorrupted: number;
  /** Bytes that wait in the proxy now. */
  readonly bytesBuffered: number;
}

/** A TCP or Unix-socket proxy that does harm on demand. */
export interface FaultProxy extends AsyncDisposable {
  /** Where it listens; fits `net.connect`. */
  readonly address: ProxyAddress;
  /** The host it listens on; empty on a Unix socket. */
  readonly host: string;
  /** The port it listens on; 0 on a Unix socket. */
  readonly port: number;
  /** `tcp://127.0.0.1:40000` or `unix:/tmp/x.sock`. */
  readonly url: string;
  /** Open connections: those of which either side is still there. */
  readonly connections: number;
  /**
   * Puts `faults` in the place of those that held, for open connections and new ones. Offsets and `resetAfterMs`
   * count from here for open connections, from the first byte and from the accept for new ones.
   * @throws MILLRACE_TESTING_OPTION_INVALID
   */
  set(faults: Faults): void;
  /** Takes all faults away: what waited goes on, swallowed bytes stay lost, a swallowed end is passed on. */
  clear(): void;
  /** What happened so far. */
  stats(): FaultProxyStats;
  /** Resets both sides of every open connection. New ones are accepted still. */
  resetAll(): void;
  /** Stops listening and destroys every connection at once. Calling it again waits for the same end. */
  close(): Promise<void>;
}

/**
 * Puts a proxy before a database, cache or upstream of this machine, to see what its users do when the network is
 * slow, cut, silent or lying. Without faults it is transparent: bytes, order, half-closed connections, resets and
 * back-pressure are passed on. On a Unix socket a reset is seen as the end, or as ECONNRESET when bytes were unread.
 * @throws MILLRACE_TESTING_PROXY_ADDRESS, MILLRACE_TESTING_PROXY_LISTEN, MILLRACE_TESTING_OPTION_INVALID,
 * MILLRACE_CORE_OPTION_UNKNOWN (as rejections)
 * @example
 * await using proxy = await createFaultProxy({ target: { host: '127.0.0.1', port: 5432 } });
 * proxy.set({ latencyMs: 50, down: { bandwidthBytesPerS: 10_000 } }); // slow both ways, a thin line back
 * proxy.set({ halfOpen: true }); // the peer is gone and nobody said so
 * proxy.clear();
 */
export async function createFaultProxy(options: FaultProxyOptions): Promise<FaultProxy> {
  checkOptionNames('createFaultProxy', options, OPTIONS);
  const listen = checkAddress('listen', options.listen ?? { host: '127.0.0.1', port: 0 });
  const proxy = new SocketProxy(listen, checkAddress('target', options.target), options);
  await proxy.listen();
  return proxy;
}

const OPTIONS: OptionNames<FaultProxyOptions> = {
  target: true,
  listen: true,
  faults: true,
  clock: true,
  random: true,
  seed: true,
  maxConnections: true,
  maxBufferedBytes: true,
  connectTimeoutMs: true,
};

class SocketProxy implements FaultProxy {
  readonly #server: Server = createServer({ allowHalfOpen: true, noDelay: true });
  readonly #target: ProxyAddress;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #maxConnections: number;
  readonly #maxBufferedBytes: number;
  readonly #connectTimeoutMs: number;
  readonly #connections = new Set<FaultConnection>();
  readonly #tally: ProxyTally = {
    accepted: 0,
    refused: 0,
    failed: 0,
    resets: 0,
    bytesUp: 0,
    bytesDown: 0,
    bytesSwallowed: 0,
    bytesCorrupted: 0,
  };
  #address: ProxyAddress;
  #faults: ResolvedFaults;
  #closed: Promise<void> | undefined;

  constructor(listen: ProxyAddress, target: ProxyAddress, options: FaultProxyOptions) {
    this.#address = listen;
    this.#target = target;
    this.#clock = options.clock ?? systemClock;
    this.#random = options.random ?? createRandom(options.seed ?? 1);
    this.#maxConnections = checkWhole('maxConnections', options.maxConnections ?? 1_000, 1, 100_000);
    this.#maxBufferedBytes = checkWhole('maxBufferedBytes', options.maxBufferedBytes ?? 2 ** 20, 1, 2 ** 30);
    this.#connectTimeoutMs = checkWhole('connectTimeoutMs', options.connectTimeoutMs ?? 5_000, 1, 600_000);
    this.#faults = resolveFaults(options.faults ?? {});
    this.#server.on('connection', (client) => this.#accept(client));
  }

  async listen(): Promise<void> {
    const address = this.#address;
    try {
      this.#server.listen(
        'path' in address ? address : { ...address, host: address.host.replace('localhost', '127.0.0.1') },
      );
      await once(this.#server, 'listening');
    } catch (error) {
      const context = { address: addressText(address), reason: (error as NodeJS.ErrnoException).code ?? String(error) };
      throw TESTING_ERRORS.create('MILLRACE_TESTING_PROXY_LISTEN', context, error);
    }
    const bound = this.#server.address();
    if (typeof bound === 'object' && bound !== null) this.#address = { host: bound.address, port: bound.port };
    // A failed accept (no descriptors left) concerns that client alone.
    this.#server.on('error', () => {});
  }

  get address(): ProxyAddress {
    return this.#address;
  }

  get host(): string {
    return 'path' in this.#address ? '' : this.#address.host;
  }

  get port(): number {
    return 'path' in this.#address ? 0 : this.#address.port;
  }

  get url(): string {
    return addressUrl(this.#address);
  }

  get connections(): number {
    return this.#connections.size;
  }

  set(faults: Faults): void {
    this.#faults = resolveFaults(faults);
    for (const connection of [...this.#connections]) connection.apply(this.#faults);
  }

  clear(): void {
    this.set({});
  }

  stats(): FaultProxyStats {
    let bytesBuffered = 0;
    for (const connection of this.#connections) bytesBuffered += connection.bufferedBytes;
    return { ...this.#tally, bytesBuffered };
  }

  resetAll(): void {
    for (const connection of [...this.#connections]) connection.reset();
  }

  close(): Promise<void> {
    this.#closed ??= this.#end();
    return this.#closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #end(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    await Promise.all([closed, ...Array.from(this.#connections, (connection) => connection.destroy())]);
  }

  #accept(client: Socket): void {
    if (this.#faults.refuse || this.#connections.size >= this.#maxConnections || this.#closed !== undefined) {
      this.#tally.refused++;
      client.on('error', () => {});
      resetSocket(client);
      return;
    }
    const number = ++this.#tally.accepted;
    const connection = new FaultConnection(client, this.#connect(), {
      clock: this.#clock,
      random: this.#random.fork(`connection ${number}`),
      maxBufferedBytes: this.#maxBufferedBytes,
      connectTimeoutMs: this.#connectTimeoutMs,
      tally: this.#tally,
    });
    this.#connections.add(connection);
    void connection.closed.then(() => this.#connections.delete(connection));
    connection.apply(this.#faults);
  }

  #connect(): Socket {
    const how = { allowHalfOpen: true, noDelay: true };
    return 'path' in this.#target
      ? connect({ ...how, path: this.#target.path })
      : connect({ ...how, ...this.#target, lookup: lookupLoopback });
  }
}
