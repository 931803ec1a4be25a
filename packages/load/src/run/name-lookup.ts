import { lookup } from 'node:dns/promises';
import { BlockList, isIP, isIPv6, type LookupFunction } from 'node:net';
import type { Clock } from 'millrace/core';

/** Finds all addresses of a name. Rejects when it has none. */
export type Resolve = (name: string) => Promise<readonly string[]>;

/** As the system finds them, its hosts file among it, in one of libuv's threads. */
export const resolveBySystem: Resolve = async (name) =>
  (await lookup(name, { all: true })).map(({ address }) => address);

/** How the name of a target is resolved for connections that open while the run goes on. Plain data. */
export interface Naming {
  readonly name: string;
  /** How long an answer is used; 0: each connection asks anew. */
  readonly ttlMs: number;
  /** Public addresses are taken too. */
  readonly owned: boolean;
  /** Which of the addresses comes first. */
  readonly turn: number;
  /** Kinds of addresses at which the target answered before the run, 4 or 6: others are used only where there are none of these. */
  readonly families: readonly number[];
}

/**
 * A lookup for sockets that gives each of them one address, the next in turn. Not one socket tries several: which of
 * them the load goes to is what is measured.
 */
export function createLookup(naming: Naming, clock: Clock, resolve: Resolve = resolveBySystem): LookupFunction {
  let { turn } = naming;
  const find = naming.ttlMs === 0 ? () => findAddresses(naming, resolve) : findWithin(naming, clock, resolve);
  return (_name, _options, callback) => {
    const found = (addresses: readonly string[]): void => {
      const address = addresses[turn++ % addresses.length] as string;
      callback(null, address, isIP(address));
    };
    find().then(found, (error: NodeJS.ErrnoException) => callback(error, '', 0));
  };
}

/** One question at a time, whose answer is good for its time; one that failed is asked again by the next. */
function findWithin(naming: Naming, clock: Clock, resolve: Resolve): () => Promise<readonly string[]> {
  let found: Promise<readonly string[]> | undefined;
  let until = 0;
  const forget = (): void => {
    found = undefined;
  };
  return () => {
    const now = clock.now();
    if (found !== undefined && now < until) return found;
    until = now + naming.ttlMs;
    found = findAddresses(naming, resolve);
    found.catch(forget);
    return found;
  };
}

async function findAddresses({ name, owned, families }: Naming, resolve: Resolve): Promise<readonly string[]> {
  const all = await resolve(name);
  if (!owned && !all.every(isNear)) throw new Error('the name of the target now leads to a public address');
  const usual = all.filter((address) => families.includes(isIP(address)));
  return usual.length === 0 ? all : usual;
}

/** Whether an address is of this machine or a private network (RFC 1122, 1918, 4193, 4291). */
export function isNear(address: string): boolean {
  NEAR ??= nearAddresses();
  return NEAR.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
}

let NEAR: BlockList | undefined;

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
