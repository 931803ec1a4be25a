import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject } from 'node:crypto';
import { checkOptionNames, type OptionNames } from '../../core/index.ts';
import { checkNumber } from '../cache-options.ts';
import { CACHE_ERRORS } from '../errors.ts';

/**
 * Keys for AES-256-GCM. To change the key without losing what is stored: give every process the new key beside the old one,
 * then let them write with it (`current`), then take the old key away, each step once the one before has reached them all.
 * A process that lacks a key finds nothing in what it wrote.
 */
export interface EncryptionKeys {
  /** The name of the key that writes. */
  readonly current: string;
  /** Keys by their names (1 to 32 of `A-Z a-z 0-9 _ . -`), which are stored in the clear; 32 random bytes each. They are copied. */
  readonly keys: Readonly<Record<string, Uint8Array>>;
  /**
   * Values that this process writes with one key at most; further ones are not shared. With random nonces a key is good for
   * 2^32 values (NIST SP 800-38D, 8.3) of all processes and restarts together, so divide by how many there will be while
   * the key is current. 1 to 4,294,967,296; default 4,294,967,296.
   */
  readonly maxValues?: number;
}

const ENCRYPTION_OPTIONS: OptionNames<EncryptionKeys> = { current: true, keys: true, maxValues: true };

/** Bytes that nobody else can read or change. */
export interface Sealed {
  readonly bytes: Buffer;
  readonly tag: Buffer;
}

const ALGORITHM = 'aes-256-gcm';
const KEY_BYTES = 32;
/** Size of a nonce. */
export const NONCE_BYTES = 12;
/** Size of what proves that bytes are unchanged. */
export const TAG_BYTES = 16;
const MAX_VALUES = 2 ** 32;

/** Seals with one key and opens with all of them. */
export class KeyRing {
  readonly current: string;
  readonly #keys = new Map<string, KeyObject>();
  readonly #maxValues: number;
  #sealed = 0;

  constructor(options: EncryptionKeys) {
    checkOptionNames('encryption', options, ENCRYPTION_OPTIONS);
    for (const [name, bytes] of Object.entries(options.keys ?? {}))
      this.#keys.set(checkKeyName(name), toKey(name, bytes));
    this.current = options.current;
    this.#maxValues = checkNumber('encryption.maxValues', options.maxValues ?? MAX_VALUES, 1, MAX_VALUES);
    if (!this.#keys.has(this.current)) throw invalid('encryption.current', 'not a name in `keys`', 'one of them');
  }

  /** How many values were sealed. */
  get sealed(): number {
    return this.#sealed;
  }

  /** Whether the key that writes may not be used any more. */
  get worn(): boolean {
    return this.#sealed >= this.#maxValues;
  }

  has(name: string): boolean {
    return this.#keys.has(name);
  }

  /** With the current key. The nonce must be a new random one; `about` is bound to the bytes but not hidden. */
  seal(nonce: Uint8Array, about: Uint8Array, bytes: Uint8Array): Sealed {
    this.#sealed++;
    const cipher = createCipheriv(ALGORITHM, this.#keys.get(this.current)!, nonce, { authTagLength: TAG_BYTES });
    cipher.setAAD(about);
    const sealed = cipher.update(bytes);
    cipher.final();
    return { bytes: sealed, tag: cipher.getAuthTag() };
  }

  /** Undefined unless it is what was sealed with that key about that. */
  open(name: string, nonce: Uint8Array, about: Uint8Array, sealed: Sealed): Buffer | undefined {
    const key = this.#keys.get(name);
    if (key === undefined) return undefined;
    const decipher = createDecipheriv(ALGORITHM, key, nonce, { authTagLength: TAG_BYTES });
    decipher.setAAD(about);
    decipher.setAuthTag(sealed.tag);
    try {
      const bytes = decipher.update(sealed.bytes);
      decipher.final();
      return bytes;
    } catch {
      return undefined;
    }
  }
}

function checkKeyName(name: string): string {
  if (/^[\w.-]{1,32}$/.test(name)) return name;
  throw invalid('encryption.keys', `a key named ${JSON.stringify(name.slice(0, 40))}`, '1 to 32 of A-Z a-z 0-9 _ . -');
}

/** Says what is wrong with a key, never what it is. */
function toKey(name: string, bytes: Uint8Array): KeyObject {
  const what = `encryption.keys.${name}`;
  const allowed = `a Uint8Array of ${KEY_BYTES} random bytes`;
  if (!(bytes instanceof Uint8Array)) throw invalid(what, 'no Uint8Array', allowed);
  if (bytes.length !== KEY_BYTES) throw invalid(what, `of ${bytes.length} bytes`, allowed);
  if (bytes.every((byte) => byte === bytes[0])) throw invalid(what, 'one byte again and again', allowed);
  return createSecretKey(bytes);
}

function invalid(option: string, value: string, allowed: string): Error {
  return CACHE_ERRORS.create('MILLRACE_CACHE_OPTION_INVALID', { option, value, allowed });
}
