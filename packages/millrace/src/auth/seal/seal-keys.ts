import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import { AUTH_ERRORS } from '../errors.ts';

/**
 * Keys that seal and open. To change the key without losing what is stored: give every process the new key beside the
 * old one, then make it `current`, then seal anew what `isCurrent` denies, then take the old key away; each step once
 * the one before has reached all processes.
 */
export interface SealKeys {
  /** The id of the key that seals; the others only open. */
  readonly current: string;
  /** Keys by their ids (1 to 32 of `A-Z a-z 0-9 _ -`), which are stored in the clear; 32 random bytes each. They are copied. */
  readonly keys: Readonly<Record<string, Uint8Array>>;
}

const KEY_BYTES = 32;
const KEY_ID = /^[\w-]{1,32}$/;
const ALLOWED = `${KEY_BYTES} random bytes in base64 or hexadecimal, \`id:\` before them if wanted`;

/**
 * Reads keys as an environment variable holds them: one or more, parted by commas, the first one seals. Each is 32 random
 * bytes in base64, base64url or hexadecimal, with `id:` before it or an id made from the key itself, so that adding a key
 * in front is all that a rotation takes.
 * @param option what holds the text, for messages; they never hold a part of it
 * @throws `MILLRACE_AUTH_OPTION_INVALID`
 * @example
 * const sealer = createSealer(parseSealKeys(process.env.ENCRYPTION_KEY ?? ''));
 */
export function parseSealKeys(text: string, option = 'ENCRYPTION_KEY'): SealKeys {
  const keys = new Map<string, Buffer>();
  for (const [at, part] of text.split(',').entries()) {
    const place = `key ${at + 1} of ${text.split(',').length}`;
    const colon = part.indexOf(':');
    const bytes = decodeKey(part.slice(colon + 1).trim());
    if (bytes === undefined) throw invalid(option, `${place}, not readable`, ALLOWED);
    const id = colon < 0 ? idOf(bytes) : part.slice(0, colon).trim();
    if (keys.has(id))
      throw invalid(option, `${place}, with the id of another`, 'keys that differ, with ids that differ');
    checkKey(option, place, id, bytes);
    keys.set(id, bytes);
  }
  return { current: [...keys.keys()][0]!, keys: Object.fromEntries(keys) };
}

/** The keys as the cipher takes them, checked. */
export function importKeys({ current, keys }: SealKeys): ReadonlyMap<string, KeyObject> {
  const imported = new Map<string, KeyObject>();
  for (const [id, bytes] of Object.entries(keys ?? {})) {
    checkKey('keys', `the key ${JSON.stringify(id.slice(0, 40))}`, id, bytes);
    imported.set(id, createSecretKey(bytes));
  }
  if (!imported.has(current)) throw invalid('current', 'the id of no key', 'one of the ids in `keys`');
  return imported;
}

/** Says what is wrong with a key, never what it is. */
function checkKey(option: string, place: string, id: string, bytes: unknown): void {
  if (!KEY_ID.test(id)) throw invalid(option, `${place}, with a malformed id`, 'ids of 1 to 32 of A-Z a-z 0-9 _ -');
  const allowed = `a Uint8Array of ${KEY_BYTES} random bytes`;
  if (!(bytes instanceof Uint8Array)) throw invalid(option, `${place}, no Uint8Array`, allowed);
  if (bytes.length !== KEY_BYTES) throw invalid(option, `${place}, of ${bytes.length} bytes`, allowed);
  // 32 random bytes have 30 different ones on average, and fewer than 16 about never.
  if (new Set(bytes).size < KEY_BYTES / 2) throw invalid(option, `${place}, not random`, allowed);
}

/** Undefined unless it is 32 bytes in one of the encodings, written as that encoding writes them. */
function decodeKey(text: string): Buffer | undefined {
  if (/^[0-9a-f]{64}$/i.test(text)) return Buffer.from(text, 'hex');
  if (!/^[\w+/-]{43}=?$/.test(text)) return undefined;
  const bytes = Buffer.from(text, 'base64');
  const plain = text.replace('=', '').replaceAll('+', '-').replaceAll('/', '_');
  return bytes.length === KEY_BYTES && bytes.toString('base64url') === plain ? bytes : undefined;
}

/** An id that tells nothing about the key to who does not have it. */
function idOf(key: Uint8Array): string {
  return createHmac('sha256', key).update('millrace.auth.key-id').digest('hex').slice(0, 12);
}

function invalid(option: string, value: string, allowed: string): Error {
  return AUTH_ERRORS.create('MILLRACE_AUTH_OPTION_INVALID', { option, value, allowed });
}
