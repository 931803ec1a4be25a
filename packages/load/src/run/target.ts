import { lookup } from 'node:dns/promises';
import { BlockList, connect, isIP, isIPv6 } from 'node:net';
import { LOAD_ERRORS } from '../errors.ts';

/** A target that is allowed and was reached: its name resolved once, for the whole run. */
export interface Target {
  /** `http://host:port`, as it stands in the result. */
  readonly origin: string;
  /** For the `Host` header. */
  readonly host: string;
  readonly address: string;
  readonly port: number;
}

const CONNECT_TIMEOUT_MS = 5_000;

/**
 * Resolves the target and connects to it once, so that a run is never sent to nobody.
 * @throws MILLRACE_LOAD_OPTION_INVALID when it is not `http://host:port`
 * @throws MILLRACE_LOAD_TARGET_REFUSED when an address of it is neither loopback nor private
 * @throws MILLRACE_LOAD_TARGET_UNREACHABLE
 */
export async function openTarget(target: string, signal?: AbortSignal): Promise<Target> {
  const url = parse(target);
  const port = Number(url.port || 80);
  const addresses = await resolve(target, url.hostname);
  let reason = 'no address';
  for (const address of addresses) {
    const problem = await knock(address, port, signal);
    if (problem === undefined) return { origin: url.origin, host: url.host, address, port };
    reason = problem;
  }
  throw LOAD_ERRORS.create('MILLRACE_LOAD_TARGET_UNREACHABLE', { target, reason });
}

function parse(target: string): URL {
  const url = URL.parse(target);
  const isPlain = url !== null && url.pathname === '/' && url.search === '' && url.hash === '';
  if (isPlain && url.protocol === 'http:' && url.username === '' && url.password === '') return url;
  const context = { option: 'target', value: target, allowed: 'http://host:port without a path' };
  throw LOAD_ERRORS.create('MILLRACE_LOAD_OPTION_INVALID', context);
}

async function resolve(target: string, hostname: string): Promise<string[]> {
  const bare = hostname.replace(/^\[|\]$/g, '');
  const addresses = isIP(bare) === 0 ? await lookUp(target, bare) : [bare];
  const near = nearAddresses();
  for (const address of addresses) {
    if (near.check(address, isIPv6(address) ? 'ipv6' : 'ipv4')) continue;
    throw LOAD_ERRORS.create('MILLRACE_LOAD_TARGET_REFUSED', { target });
  }
  return addresses;
}

async function lookUp(target: string, hostname: string): Promise<string[]> {
  try {
    return (await lookup(hostname, { all: true })).map((found) => found.address);
  } catch (cause) {
    const reason = 'its name is not known';
    throw LOAD_ERRORS.create('MILLRACE_LOAD_TARGET_UNREACHABLE', { target, reason }, cause);
  }
}

/** Loopback and private addresses (RFC 1122, 1918, 4193, 4291). */
function nearAddresses(): BlockList {
  const near = new BlockList();
  near.addSubnet('127.0.0.0', 8, 'ipv4');
  near.addSubnet('10.0.0.0', 8, 'ipv4');
  near.addSubnet('172.16.0.0', 12, 'ipv4');
  near.addSubnet('192.168.0.0', 16, 'ipv4');
  near.addAddress('::1', 'ipv6');
  near.addSubnet('fc00::', 7, 'ipv6');
  return near;
}

/** Connects once. Returns what is wrong, or undefined. */
function knock(host: string, port: number, signal: AbortSignal | undefined): Promise<string | undefined> {
  return new Promise((done) => {
    const socket = connect({ host, port, timeout: CONNECT_TIMEOUT_MS });
    const interrupt = (): void => end('interrupted');
    const end = (problem?: string): void => {
      signal?.removeEventListener('abort', interrupt);
      socket.destroy();
      done(problem);
    };
    signal?.addEventListener('abort', interrupt);
    socket.on('connect', () => end());
    socket.on('timeout', () => end(`no answer in ${CONNECT_TIMEOUT_MS / 1_000} s`));
    socket.on('error', (error: NodeJS.ErrnoException) => end(error.code ?? error.message));
  });
}
