import { checkOptionNames, type OptionNames } from '../../core/index.ts';
import { checkWhole, refuseOption } from '../option-check.ts';
import { type IpAddress, isOfIpv4, parseIpAddress, prefixOf, toText } from './ip-address.ts';

/** What {@link defineClientNetwork} takes. */
export interface ClientNetworkOptions {
  /**
   * The proxies before the service, as addresses or networks (`10.0.0.0/8`, `2001:db8::/32`): what they say of whom they
   * speak for is believed. Default: none, the peer of the connection is the client.
   */
  readonly trustedProxies?: readonly string[];
  /**
   * In place of `trustedProxies` how many proxies each request comes through, where their addresses change. 1 to 16. Whoever
   * reaches the service past them can then say that he is anybody. The one choice where proxies come by a Unix socket.
   */
  readonly trustedHops?: number;
  /** Which header the proxies write; they must drop or append to what a client sends in it. Default `x-forwarded-for`. */
  readonly header?: 'x-forwarded-for' | 'forwarded';
  /** Bits of an address of IPv4 that make one network. 8 to 32; default 32. */
  readonly ipv4Prefix?: number;
  /** The same of IPv6, where one subscriber has a whole network. 16 to 128; default 64; 56 is usual too. */
  readonly ipv6Prefix?: number;
}

/** Tells by address who asks. */
export interface ClientNetwork {
  /** The header to be handed in. */
  readonly header: 'x-forwarded-for' | 'forwarded';
  /**
   * The network that a request comes from, as one text for all notations of it: a part of a rate limit's key.
   * Never throws; what a header says that is no address ends the belief in it.
   * @param peerAddress of the connection (`socket.remoteAddress`); undefined where there is none, as on a Unix socket
   * @param forwarded the header's value, several lines joined by commas
   */
  of(peerAddress: string | undefined, forwarded?: string): string;
}

const OPTIONS: OptionNames<ClientNetworkOptions> = {
  trustedProxies: true,
  trustedHops: true,
  header: true,
  ipv4Prefix: true,
  ipv6Prefix: true,
};
const HEADERS = ['x-forwarded-for', 'forwarded'];
/** How many entries of a header are looked at, from the nearest one on. */
const MAX_ENTRIES = 32;
const MAX_HEADER_LENGTH = 4_096;
const IPV4_BITS_BEFORE = 96;
/** Where nothing is known of who asks. */
const NOWHERE = 'unknown';

/**
 * Says how the client behind a request is told by its address. By default the header is not believed at all.
 *
 * Source: RFC 7239 (`Forwarded`), RFC 4291 and RFC 6052 (IPv4 within IPv6), RFC 6177 (what one subscriber of IPv6 has).
 * @throws `MILLRACE_RATELIMIT_OPTION_INVALID`, `MILLRACE_CORE_OPTION_UNKNOWN`
 * @example
 * const network = defineClientNetwork({ trustedProxies: ['10.0.0.0/8'] });
 * const from = network.of(request.socket.remoteAddress, request.headers['x-forwarded-for']);
 * const decision = limiter.check(['network', from]);
 */
export function defineClientNetwork(options: ClientNetworkOptions = {}): ClientNetwork {
  checkOptionNames('defineClientNetwork', options, OPTIONS);
  const { header = 'x-forwarded-for', ipv4Prefix = 32, ipv6Prefix = 64 } = options;
  if (!HEADERS.includes(header)) throw refuseOption('header', header, HEADERS.join(', '));
  checkWhole('ipv4Prefix', ipv4Prefix, 8, 32);
  checkWhole('ipv6Prefix', ipv6Prefix, 16, 128);
  const clientOf = chooseClient(options);
  const entriesOf = header === 'forwarded' ? forwardedEntries : listEntries;
  return {
    header,
    of(peerAddress, forwarded = '') {
      const peer = peerAddress === undefined ? undefined : parseIpAddress(peerAddress);
      const client = clientOf(peer, () => entriesOf(forwarded.slice(-MAX_HEADER_LENGTH)).slice(-MAX_ENTRIES));
      if (client === undefined) return NOWHERE;
      const [bits, length] = isOfIpv4(client) ? [IPV4_BITS_BEFORE + ipv4Prefix, ipv4Prefix] : [ipv6Prefix, ipv6Prefix];
      return bits === 128 ? toText(client) : `${toText(prefixOf(client, bits))}/${length}`;
    },
  };
}

/** From the peer and what it says, the nearest last, to the client. */
type ChooseClient = (peer: IpAddress | undefined, entries: () => readonly string[]) => IpAddress | undefined;

function chooseClient({ trustedProxies, trustedHops }: ClientNetworkOptions): ChooseClient {
  if (trustedProxies !== undefined && trustedHops !== undefined) {
    throw refuseOption('trustedHops', trustedHops, 'none beside `trustedProxies`');
  }
  if (trustedHops !== undefined) return behindHops(checkWhole('trustedHops', trustedHops, 1, 16));
  const networks = (trustedProxies ?? []).map(parseNetwork);
  return networks.length === 0 ? (peer) => peer : behindProxies(networks);
}

/** Goes back through the proxies that are known, to the first who is none of them. */
function behindProxies(networks: readonly Network[]): ChooseClient {
  return (peer, entries) => {
    let client = peer;
    if (client === undefined || !isIn(client, networks)) return client;
    for (const entry of entries().toReversed()) {
      const next = parseIpAddress(entry);
      if (next === undefined) return client;
      client = next;
      if (!isIn(client, networks)) return client;
    }
    return client;
  };
}

/** Goes back so many steps. */
function behindHops(hops: number): ChooseClient {
  return (peer, entries) => {
    let client = peer;
    for (const entry of entries().toReversed().slice(0, hops)) {
      const next = parseIpAddress(entry);
      if (next === undefined) return client;
      client = next;
    }
    return client;
  };
}

/** Of one kind of addresses: one of IPv6 holds none of IPv4, however that is written. */
interface Network {
  readonly ofIpv4: boolean;
  readonly start: string;
  readonly bits: number;
}

/** @throws `MILLRACE_RATELIMIT_OPTION_INVALID` */
function parseNetwork(text: string): Network {
  const [address = '', length, ...rest] = text.split('/');
  const start = parseIpAddress(address);
  const ofIpv4 = start !== undefined && isOfIpv4(start);
  const most = ofIpv4 && !address.includes(':') ? 32 : 128;
  const bits = length === undefined ? most : /^\d{1,3}$/.test(length) ? Number(length) : Number.NaN;
  // Written as one of IPv6 (mapped, NAT64) a network of IPv4 is never all of it: who writes 64:ff9b::/96 means his translator.
  const least = ofIpv4 && most === 128 ? IPV4_BITS_BEFORE + 1 : 0;
  if (start === undefined || rest.length > 0 || !(bits >= least && bits <= most)) {
    throw refuseOption('trustedProxies', text, 'addresses and networks such as `10.0.0.0/8` and `2001:db8::/32`');
  }
  const all = bits + 128 - most;
  return { ofIpv4, start: toText(prefixOf(start, all)), bits: all };
}

function isIn(address: IpAddress, networks: readonly Network[]): boolean {
  const isIpv4 = isOfIpv4(address);
  return networks.some(({ ofIpv4, start, bits }) => ofIpv4 === isIpv4 && toText(prefixOf(address, bits)) === start);
}

function listEntries(header: string): string[] {
  return header === '' ? [] : header.split(',');
}

/** The `for` of each element; one that has none, or hides who it is, is no address. */
function forwardedEntries(header: string): string[] {
  return listEntries(header).map((element) => {
    const pair = element.split(';').find((each) => /^\s*for\s*=/i.test(each));
    return (pair?.slice(pair.indexOf('=') + 1) ?? '').trim().replaceAll('"', '');
  });
}
