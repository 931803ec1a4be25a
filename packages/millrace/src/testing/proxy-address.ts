import { BlockList, isIP, type LookupFunction } from 'node:net';
import { TESTING_ERRORS } from './errors.ts';

/** Where a fault proxy listens or what it stands before: a port of this machine, or a Unix socket. */
export type ProxyAddress = { readonly host: string; readonly port: number } | { readonly path: string };

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

/**
 * Gives back `address` if it cannot lead off this machine.
 * @throws MILLRACE_TESTING_PROXY_ADDRESS
 */
export function checkAddress(role: 'target' | 'listen', address: ProxyAddress): ProxyAddress {
  if ('path' in address) {
    if (typeof address.path === 'string' && address.path !== '') return { path: address.path };
  } else if (isLoopback(address.host) && isPort(address.port, role === 'listen' ? 0 : 1)) {
    return { host: address.host, port: address.port };
  }
  throw TESTING_ERRORS.create('MILLRACE_TESTING_PROXY_ADDRESS', { address: addressText(address), role });
}

/** `127.0.0.1:5432`, `[::1]:5432` or the path. */
export function addressText(address: ProxyAddress): string {
  if ('path' in address) return address.path;
  return `${isIP(address.host) === 6 ? `[${address.host}]` : address.host}:${address.port}`;
}

/** `tcp://127.0.0.1:5432` or `unix:/run/x.sock`. */
export function addressUrl(address: ProxyAddress): string {
  return 'path' in address ? `unix:${address.path}` : `tcp://${addressText(address)}`;
}

/** `localhost` without the resolver: a hosts file may say anything. */
export const lookupLoopback: LookupFunction = (_host, options, found) => {
  if (options.all === true) {
    found(null, [
      { address: '127.0.0.1', family: 4 },
      { address: '::1', family: 6 },
    ]);
  } else found(null, '127.0.0.1', 4);
};

function isLoopback(host: unknown): boolean {
  if (typeof host !== 'string') return false;
  const version = isIP(host);
  return version === 0 ? host === 'localhost' : LOOPBACK.check(host, version === 4 ? 'ipv4' : 'ipv6');
}

function isPort(port: unknown, min: number): boolean {
  return Number.isInteger(port) && Number(port) >= min && Number(port) <= 65_535;
}
