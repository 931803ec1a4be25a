import type { Clock } from 'millrace/core';
import { checkNumber, checkWhole } from '../errors.ts';
import {
  ConnectionPool,
  type Exchange,
  type ExchangeHandler,
  SecureEndpoint,
  type TlsOptions,
  type Tracing,
} from '../http/index.ts';
import type { ServiceRemark } from '../result/index.ts';
import type { Transport } from './dispatcher.ts';
import { limitRemarks, readSystemLimits } from './system-limits.ts';
import { type DnsChoice, refuse, routeOf, type Target } from './target.ts';

/** How requests are carried. Plain data. */
export interface EngineOptions {
  /** `fast` (default): raw sockets and a scanner made for load. `compat`: undici, at less than half the speed, for proxies. */
  readonly engine?: 'fast' | 'compat';
  /** `http://host:port` of a proxy; engine `compat` only. */
  readonly proxy?: string;
  /** Most connections kept open, 1 to 10,000; default 64. */
  readonly maxConnections?: number;
  /** Most WebSockets and event streams of flows open at one time, 1 to 1,000,000; default 10,000. */
  readonly maxLinks?: number;
  /** Per request, from its first write; 1 to 3,600,000, default 10,000. A timed-out request is recorded as at least this long. */
  readonly timeoutMs?: number;
  /** For opening a connection, TLS included; 1 to 3,600,000, default: `timeoutMs`. */
  readonly connectTimeoutMs?: number;
  /** From the first write to the first byte of the answer; 1 to 3,600,000, default: `timeoutMs`. No bound while a body is sent in pieces. */
  readonly firstByteTimeoutMs?: number;
  /** Most bytes of an answer's body, 1 to 2^53 − 1; a longer one is broken off and counts as a `check` error. Default: no bound. */
  readonly maxBodyBytes?: number;
  /**
   * Most bytes that each connection reads a second, from 1: a slow reader, which makes the service wait. Requests take as
   * long as that needs, `timeoutMs` too. Engine `fast` only. Default: all that come.
   */
  readonly readBytesPerSecond?: number;
  /** For `https:` targets: certificates, session resumption. */
  readonly tls?: TlsOptions;
  /**
   * `host:port` to connect to instead of the target's, not with a proxy; the Host header and the name in its certificate
   * stay. Also as curl has it, with the target's own `host:port:`, or `::`, before it.
   */
  readonly connectTo?: string;
  /**
   * When the target's name is resolved: `once` before the run (default), for each connection, or when the last answer is
   * `ttlMs` (1 to 86,400,000) old. Connections go to all of its addresses in turn. Engine `fast` only, but for `once`.
   */
  readonly dns?: DnsChoice;
  /**
   * The `traceparent` (W3C Trace Context) of requests that set none themselves, by which a slow one is found in the
   * service's logs and traces. `unsampled` (default) asks the service to record nothing, so that tracing does not
   * change what is measured; `sampled` asks it to record each request; `off` sends none. Ids follow from the seed.
   */
  readonly trace?: Tracing;
  /** The target is one's own, so load may go to public addresses; default false. */
  readonly owned?: boolean;
}

export const DEFAULT_CONNECTIONS = 64;
export const DEFAULT_TIMEOUT_MS: number = 10_000;
export const DEFAULT_LINKS: number = 10_000;
/** Of {@link EngineOptions.trace}. */
export const DEFAULT_TRACING: Tracing = 'unsampled';
const LONGEST_MS = 3_600_000;
const LONGEST_TTL_MS = 86_400_000;

/** @throws MILLRACE_LOAD_OPTION_INVALID */
export function checkEngine(options: EngineOptions): void {
  const { engine = 'fast', proxy, maxConnections = DEFAULT_CONNECTIONS, timeoutMs = DEFAULT_TIMEOUT_MS } = options;
  checkWhole('maxConnections', maxConnections, 1, 10_000);
  checkWhole('maxLinks', options.maxLinks ?? DEFAULT_LINKS, 1, 1_000_000);
  checkNumber('timeoutMs', timeoutMs, 1, LONGEST_MS);
  checkNumber('connectTimeoutMs', options.connectTimeoutMs ?? timeoutMs, 1, LONGEST_MS);
  checkNumber('firstByteTimeoutMs', options.firstByteTimeoutMs ?? timeoutMs, 1, LONGEST_MS);
  checkNumber('maxBodyBytes', options.maxBodyBytes ?? 1, 1, Number.MAX_SAFE_INTEGER);
  checkNumber('readBytesPerSecond', options.readBytesPerSecond ?? 1, 1, Number.MAX_SAFE_INTEGER);
  checkDns(options);
  const { trace = DEFAULT_TRACING } = options;
  if (trace !== 'off' && trace !== 'unsampled' && trace !== 'sampled') {
    throw refuse('trace', trace, 'off, unsampled or sampled');
  }
  if (engine !== 'fast' && engine !== 'compat') throw refuse('engine', engine, 'fast or compat');
  if (engine === 'compat' && options.readBytesPerSecond !== undefined)
    throw refuse('readBytesPerSecond', String(options.readBytesPerSecond), 'none with engine compat');
  if (proxy === undefined) return;
  if (engine === 'fast') throw refuse('proxy', proxy, 'engine compat');
  const url = URL.parse(proxy);
  if (url === null || !/^https?:$/.test(url.protocol) || url.pathname !== '/') {
    throw refuse('proxy', proxy, 'http://host:port without a path');
  }
}

function checkDns({ engine, dns = 'once' }: EngineOptions): void {
  if (dns === 'once') return;
  const value = typeof dns === 'string' ? dns : 'an object';
  if (engine === 'compat') throw refuse('dns', value, 'once with engine compat');
  if (dns === 'connect') return;
  if (typeof dns !== 'object' || dns === null) throw refuse('dns', String(dns), 'once, connect or { ttlMs }');
  checkNumber('dns.ttlMs', dns.ttlMs, 1, LONGEST_TTL_MS);
}

/**
 * What the system's limits may do to such a run. To be asked before it starts. WebSockets and event streams count where
 * their bound was set: most flows open none.
 */
export function limitRemarksOf(options: EngineOptions, { addresses }: Target): readonly ServiceRemark[] {
  const { maxConnections = DEFAULT_CONNECTIONS, maxLinks = 0 } = options;
  return limitRemarks(readSystemLimits(), maxConnections + maxLinks, addresses.length);
}

/** Makes what carries exchanges, for whoever handles them. */
export type TransportOpener = <E extends Exchange>(handler: ExchangeHandler<E>) => Transport<E>;

/** How exchanges with the target are carried. Undici is loaded only for who asks for it. */
export async function toTransportOpener(
  target: Target,
  options: EngineOptions,
  clock: Clock,
): Promise<TransportOpener> {
  const { timeoutMs = DEFAULT_TIMEOUT_MS, maxConnections = DEFAULT_CONNECTIONS } = options;
  const { connectTimeoutMs, firstByteTimeoutMs, maxBodyBytes, proxy } = options;
  const bounds = { maxConnections, timeoutMs, connectTimeoutMs, firstByteTimeoutMs, maxBodyBytes, clock };
  if (options.engine === 'compat') {
    const { CompatPool } = await import('../compat/index.ts');
    return (handler) => new CompatPool({ ...bounds, ...target, proxy }, handler);
  }
  const { port, tls, hostname } = target;
  const { readBytesPerSecond } = options;
  const secure = tls && new SecureEndpoint(hostname, tls);
  return (handler) =>
    new ConnectionPool({ ...bounds, ...routeOf(target, clock), port, secure, readBytesPerSecond }, handler);
}
