import { CACHE_ERRORS } from './errors.ts';

/**
 * Names one cached value: a string, or parts such as `['user', 42, 'keys']`.
 * Parts never run into each other: `['a:b', 'c']`, `['a', 'b:c']` and `'a:b:c'` are three keys, as are
 * `['user', 1]` and `['user', '1']`. Numbers must be finite; 0 and -0 are the same.
 */
export type CacheKey = string | readonly (string | number)[];

const COLON = 0x3a;
const PERCENT = 0x25;

/**
 * Writes a key as one string, so that different keys give different strings and people can still read them.
 * Parts are written `:part`, numbers `:#42`; `%`, `:` and a leading `#` inside a part are percent-encoded.
 * A plain string stays as it is, except that one which begins with `:` or `%` gets a `%` in front.
 */
export function encodeKey(key: CacheKey): string {
  if (typeof key === 'string') {
    const first = key.charCodeAt(0);
    return first === COLON || first === PERCENT ? `%${key}` : key;
  }
  if (!Array.isArray(key) || key.length === 0) throw invalid(key);
  let text = '';
  for (const part of key as readonly unknown[]) text += encodePart(part);
  return text;
}

/** The key that {@link encodeKey} wrote. */
export function decodeKey(encoded: string): CacheKey {
  if (encoded.charCodeAt(0) === PERCENT) return encoded.slice(1);
  if (encoded.charCodeAt(0) !== COLON) return encoded;
  return encoded.slice(1).split(':').map(decodePart);
}

function decodePart(part: string): string | number {
  if (part.startsWith('#')) return Number(part.slice(1));
  return part.replace(/^%23/, '#').replaceAll('%3A', ':').replaceAll('%25', '%');
}

function encodePart(part: unknown): string {
  if (typeof part === 'string') return /[%:]|^#/.test(part) ? `:${escapePart(part)}` : `:${part}`;
  if (typeof part === 'number' && Number.isFinite(part)) return `:#${part}`;
  throw invalid(part);
}

function escapePart(part: string): string {
  return part.replaceAll('%', '%25').replaceAll(':', '%3A').replace(/^#/, '%23');
}

function invalid(value: unknown): Error {
  const problem = typeof value === 'number' ? String(value) : Array.isArray(value) ? 'an empty array' : typeof value;
  return CACHE_ERRORS.create('MILLRACE_CACHE_KEY_INVALID', { problem });
}

/** Does not stand in UTF-8. */
const NOT_UTF8 = 0xff;

/** A key or a tag as bytes, no two as the same ones: UTF-8 would make all lone surrogates alike. */
export function toKeyBytes(key: string): Buffer {
  return key.isWellFormed() ? Buffer.from(key) : Buffer.concat([Buffer.of(NOT_UTF8), Buffer.from(key, 'utf16le')]);
}

/** The key or tag of {@link toKeyBytes}. */
export function fromKeyBytes(bytes: Buffer): string {
  return bytes[0] === NOT_UTF8 ? bytes.toString('utf16le', 1) : bytes.toString();
}
