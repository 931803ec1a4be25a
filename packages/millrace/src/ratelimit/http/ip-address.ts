import { isIPv4, isIPv6 } from 'node:net';

/** An address as sixteen bytes; one of IPv4 as ::ffff:a.b.c.d (RFC 4291 section 2.5.5.2). */
export type IpAddress = Uint8Array;

/** ::ffff:0:0/96 and 64:ff9b::/96 (NAT64, RFC 6052): behind either stands an address of IPv4. */
const MAPPED: readonly number[] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff];
const NAT64: readonly number[] = [0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0];

/** Reads an address in any notation, with or without brackets, port and zone; undefined where there is none. */
export function parseIpAddress(text: string): IpAddress | undefined {
  const bare = withoutPort(text.trim());
  if (isIPv4(bare)) return Uint8Array.from([...MAPPED, ...quads(bare)]);
  if (!isIPv6(bare)) return undefined;
  const bytes = expand(bare.split('%', 1)[0] as string);
  return startsWith(bytes, NAT64) ? Uint8Array.from([...MAPPED, ...bytes.subarray(12)]) : bytes;
}

/** Whether it is one of IPv4. */
export function isOfIpv4(address: IpAddress): boolean {
  return startsWith(address, MAPPED);
}

/** The first `bits` of an address, all others 0. */
export function prefixOf(address: IpAddress, bits: number): IpAddress {
  return address.map((byte, at) => byte & ~(0xff >> Math.min(8, Math.max(0, bits - 8 * at))));
}

/** The address as one text, whatever it was written like. */
export function toText(address: IpAddress): string {
  if (isOfIpv4(address)) return address.subarray(12).join('.');
  const groups = Array.from(
    { length: 8 },
    (_, at) => (address[2 * at] as number) * 256 + (address[2 * at + 1] as number),
  );
  return groups.map((group) => group.toString(16)).join(':');
}

/** `[2001:db8::1]:443` and `192.0.2.1:443` without what is no address. */
function withoutPort(text: string): string {
  const inBrackets = /^\[([^\]]*)\](?::\d{1,5})?$/.exec(text);
  if (inBrackets !== null) return inBrackets[1] as string;
  return /^\d+\.\d+\.\d+\.\d+:\d{1,5}$/.test(text) ? text.slice(0, text.indexOf(':')) : text;
}

function quads(text: string): number[] {
  return text.split('.').map(Number);
}

/** @param text an address of IPv6 without a zone */
function expand(text: string): IpAddress {
  const [head = '', tail] = text.split('::') as [string?, string?];
  const before = bytesOf(head);
  const after = bytesOf(tail ?? '');
  const bytes = new Uint8Array(16);
  bytes.set(before, 0);
  bytes.set(after, 16 - after.length);
  return bytes;
}

function bytesOf(groups: string): number[] {
  if (groups === '') return [];
  return groups.split(':').flatMap((group) => {
    if (group.includes('.')) return quads(group);
    const value = Number.parseInt(group, 16);
    return [value >> 8, value & 0xff];
  });
}

function startsWith(bytes: IpAddress, prefix: readonly number[]): boolean {
  return prefix.every((byte, at) => bytes[at] === byte);
}
