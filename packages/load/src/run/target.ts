import { connect, isIP, type LookupFunction, type Socket } from 'node:net';
import type { Clock } from 'millrace/core';
import { LOAD_ERRORS } from '../errors.ts';
import { SecureEndpoint, type TlsOptions } from '../http/index.ts';
import { createLookup, isNear, type Naming, type Resolve, resolveBySystem } from './name-lookup.ts';

/** A target that is allowed and was reached. Plain data. */
export interface Target {
  /** `http://host:port` or `https://host:port`, as it stands in the result. */
  readonly origin: string;
  /** For the `Host` header. */
  readonly host: string;
  /** For the name in certificates: the host without port and brackets. */
  readonly hostname: string;
  /** All of its addresses that answered; connections spread over them. */
  readonly addresses: readonly string[];
  readonly port: number;
  /** Set for `https:`. */
  readonly tls?: TlsOptions | undefined;
  /** Set when its name is resolved while the run goes on, in place of `addresses`. */
  readonly naming?: Naming | undefined;
}

/** When the name of a target is resolved: before the run, for each connection, or when the last answer is `ttlMs` old. */
export type DnsChoice = 'once' | 'connect' | { readonly ttlMs: number };

interface Place {
  readonly hostname: string;
  readonly port: number;
}

/** Options of {@link openTarget}. */
export interface TargetOptions {
  /** The target is one's own, so it may be public; default false: loopback and private addresses only. */
  readonly owned?: boolean | undefined;
  /** `host:port` to connect to instead, not with a proxy; the Host header and the name in certificates stay the target's. */
  readonly connectTo?: string | undefined;
  /** Default `once`. */
  readonly dns?: DnsChoice | undefined;
  /** A proxy that is connected to instead; the target's own address is only judged. */
  readonly proxy?: string | undefined;
  /** For `https:` targets. */
  readonly tls?: TlsOptions | undefined;
  readonly signal?: AbortSignal | undefined;
}

const CONNECT_TIMEOUT_MS = 5_000;
const PORTS: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443 };

/**
 * Resolves the target and connects to each of its addresses once, so that a run is never sent to nobody.
 * @param resolve finds the addresses of its name; default: as the system does
 * @throws MILLRACE_LOAD_OPTION_INVALID when it is not `http://host:port` or `https://host:port`
 * @throws MILLRACE_LOAD_TARGET_REFUSED when an address of it is neither loopback nor private, and it is not `owned`
 * @throws MILLRACE_LOAD_TARGET_UNREACHABLE
 * @throws MILLRACE_LOAD_TLS_FAILED when it answers, but its certificate is not trusted or it does not speak TLS
 */
export async function openTarget(
  target: string,
  options: TargetOptions = {},
  resolve: Resolve = resolveBySystem,
): Promise<Target> {
  const url = parse('target', target);
  if (options.proxy !== undefined) return openThroughProxy(url, options.proxy, options);
  const { hostname, port } = options.connectTo === undefined ? placeOf(url) : placeInstead(options.connectTo, url);
  const asked = options.connectTo ?? target;
  const found = await findAll(asked, hostname, options.owned === true, resolve);
  const addresses = await reachable(asked, found, port, options.signal);
  const naming = namingOf(hostname, addresses, options);
  const named = { origin: url.origin, host: url.host, hostname: bareName(url) };
  const plain = { ...named, addresses, port, ...(naming && { naming }) };
  if (url.protocol === 'http:') return plain;
  const secured = { ...plain, tls: options.tls ?? {} };
  await shakeHands(target, secured, options.signal);
  return secured;
}

/** The same for one of several generators, so that not all of them begin with the same address. */
export function turnTarget(target: Target, by: number): Target {
  const { addresses, naming } = target;
  const first = by % Math.max(1, addresses.length);
  const turned = { ...target, addresses: [...addresses.slice(first), ...addresses.slice(0, first)] };
  return naming === undefined ? turned : { ...turned, naming: { ...naming, turn: by } };
}

/** Where connections go, each to the next address; with a `lookup` it is a name, which that resolves to the next. */
export function routeOf(
  { addresses, naming }: Target,
  clock: Clock,
): { readonly addresses: readonly string[]; readonly lookup?: LookupFunction } {
  return naming === undefined ? { addresses } : { addresses: [naming.name], lookup: createLookup(naming, clock) };
}

/** Undefined: its addresses are known for the whole run. */
function namingOf(
  name: string,
  addresses: readonly string[],
  { dns = 'once', owned = false }: TargetOptions,
): Naming | undefined {
  if (dns === 'once' || isIP(name) !== 0) return undefined;
  const families = [...new Set(addresses.map((address) => isIP(address)))];
  return { name, ttlMs: dns === 'connect' ? 0 : dns.ttlMs, owned, turn: 0, families };
}

/** A target that only the proxy connects to; who may not go to public addresses must be able to look it up. */
async function openThroughProxy(
  url: URL,
  proxy: string,
  { owned = false, tls, connectTo, signal }: TargetOptions,
): Promise<Target> {
  if (connectTo !== undefined) throw refuse('connectTo', connectTo, 'none with a proxy');
  const place = placeOf(parse('proxy', proxy));
  if (!owned) await findAll(url.origin, bareName(url), false, resolveBySystem);
  const found = await findAll(proxy, place.hostname, owned, resolveBySystem);
  await reachable(proxy, found, place.port, signal);
  const plain = { origin: url.origin, host: url.host, ...placeOf(url), addresses: [] };
  return url.protocol === 'http:' ? plain : { ...plain, tls: tls ?? {} };
}

function parse(option: string, value: string): URL {
  const url = URL.parse(value);
  const isPlain = url !== null && url.pathname === '/' && url.search === '' && url.hash === '';
  if (isPlain && url.protocol in PORTS && url.username === '' && url.password === '') return url;
  throw refuse(option, value, 'http://host:port or https://host:port, without a user and a path');
}

/** In curl's form the place that it stands for comes first: that of the target, or nothing. */
const PLACE_BEFORE = /^(\[[^\]]*\]|[^:[\]@]*):(\d*):(?=.+:\d+$)/;

function placeInstead(connectTo: string, url: URL): Place {
  const [before = '', host = '', port = ''] = PLACE_BEFORE.exec(connectTo) ?? [];
  const own = placeOf(url).port;
  const isOurs = ['', url.hostname].includes(host.toLowerCase()) && (port === '' || Number(port) === own);
  if (isOurs) return parsePlace(connectTo.slice(before.length));
  throw refuse('connectTo', connectTo, `host:port, or before it the target's own, ${url.hostname}:${own}:`);
}

/** By hand, since a URL drops the port that is its scheme's own. */
function parsePlace(connectTo: string): Place {
  const port = Number(/:([0-9]{1,5})$/.exec(connectTo)?.[1]);
  const url = URL.parse(`http://${connectTo}/`);
  const isPlain = url !== null && url.pathname === '/' && url.username === '' && url.password === '';
  if (isPlain && port > 0) return { hostname: bareName(url), port };
  throw refuse('connectTo', connectTo, 'host:port');
}

function placeOf(url: URL): Place {
  return { hostname: bareName(url), port: Number(url.port || PORTS[url.protocol]) };
}

/** A user name and its password are nobody's to read. */
export function refuse(option: string, value: string, allowed: string): Error {
  const masked = value.replace(/^([a-z]+:\/\/)?.*@/is, '$1***@');
  return LOAD_ERRORS.create('MILLRACE_LOAD_OPTION_INVALID', { option, value: masked, allowed });
}

function bareName({ hostname }: URL): string {
  return hostname.replace(/^\[|\]$/g, '');
}

/** All addresses of a host that load may go to. */
async function findAll(target: string, hostname: string, owned: boolean, resolve: Resolve): Promise<readonly string[]> {
  const addresses = isIP(hostname) === 0 ? await lookUp(target, hostname, resolve) : [hostname];
  if (owned || addresses.every(isNear)) return addresses;
  throw LOAD_ERRORS.create('MILLRACE_LOAD_TARGET_REFUSED', { target });
}

async function lookUp(target: string, hostname: string, resolve: Resolve): Promise<readonly string[]> {
  try {
    return await resolve(hostname);
  } catch (cause) {
    const reason = 'its name is not known';
    throw LOAD_ERRORS.create('MILLRACE_LOAD_TARGET_UNREACHABLE', { target, reason }, cause);
  }
}

async function reachable(
  target: string,
  addresses: readonly string[],
  port: number,
  signal: AbortSignal | undefined,
): Promise<string[]> {
  const knock = (host: string): Promise<string | undefined> => problemOf(connect({ host, port }), 'connect', signal);
  const problems = await Promise.all(addresses.map(knock));
  const answered = addresses.filter((_address, index) => problems[index] === undefined);
  if (answered.length > 0) return answered;
  const reason = problems.at(-1) ?? 'no address';
  throw LOAD_ERRORS.create('MILLRACE_LOAD_TARGET_UNREACHABLE', { target, reason });
}

async function shakeHands(
  target: string,
  { hostname, addresses, port, tls }: Target,
  signal?: AbortSignal,
): Promise<void> {
  const socket = new SecureEndpoint(hostname, tls).connect(addresses[0] as string, port);
  const reason = await problemOf(socket, 'secureConnect', signal);
  if (reason !== undefined) throw LOAD_ERRORS.create('MILLRACE_LOAD_TLS_FAILED', { target, reason });
}

/** Waits for the socket to open, and closes it. Returns what is wrong, or undefined. */
function problemOf(socket: Socket, opened: string, signal: AbortSignal | undefined): Promise<string | undefined> {
  return new Promise((done) => {
    const interrupt = (): void => end('interrupted');
    const end = (problem?: string): void => {
      signal?.removeEventListener('abort', interrupt);
      socket.destroy();
      done(problem);
    };
    signal?.addEventListener('abort', interrupt);
    socket.setTimeout(CONNECT_TIMEOUT_MS);
    socket.on(opened, () => end());
    socket.on('timeout', () => end(`no answer in ${CONNECT_TIMEOUT_MS / 1_000} s`));
    socket.on('error', (error: NodeJS.ErrnoException) => end(error.code ?? error.message));
  });
}
