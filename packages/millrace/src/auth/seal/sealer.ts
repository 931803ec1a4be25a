import { createCipheriv, createDecipheriv, hkdfSync, type KeyObject, randomBytes } from 'node:crypto';
import { checkOptionNames, type OptionNames } from '../../core/index.ts';
import { AUTH_ERRORS } from '../errors.ts';
import { importKeys, type SealKeys } from './seal-keys.ts';

/*
 * Secrets of others (API keys of providers, tokens to act with) that the service must read again, so that a copy of the
 * database alone gives none away, and none can be put in the place of another.
 *
 * Each text is sealed under a key of its own, derived from the ring's by 16 random bytes, with a random nonce of 12. So
 * there is no count after which a key is worn out (NIST SP 800-38D, 8.3 allows 2^32 random nonces a key), and no counter
 * to keep over restarts and processes. Key id and purpose are bound to the text along with what it is about.
 *
 * Form: `mrs1.KEY_ID.` and, in base64url, salt, nonce, ciphertext, tag.
 */

/** Seals texts and opens them. */
export interface Sealer {
  /**
   * Seals `text` under the current key, for storing.
   * @param text well-formed Unicode, at most 65,536 bytes in UTF-8
   * @param about names the one place where it belongs, such as `provider-key:42`; opening it as another fails. 1 to 1,024 characters.
   * @returns visible ASCII, 4/3 of the text and some 80 characters long
   * @throws `MILLRACE_AUTH_SEAL_INPUT`
   */
  seal(text: string, about: string): string;
  /**
   * The text that was sealed, by any of the keys.
   * @throws `MILLRACE_AUTH_SEAL_BROKEN` when it was changed, belongs elsewhere or is no sealed text, `MILLRACE_AUTH_SEAL_KEY_UNKNOWN`.
   */
  open(sealed: string, about: string): string;
  /** Whether it is sealed under the current key; seal it anew if not. */
  isCurrent(sealed: string): boolean;
  /** A text to store beside what is sealed, for {@link confirmKeys} at the next start. It tells nothing about the keys. */
  keyCheck(): string;
  /**
   * Refuses to go on with other keys than those by which data was sealed: call it at start, with what {@link keyCheck} gave.
   * Store a new one when it is not current ({@link isCurrent}).
   * @throws `MILLRACE_AUTH_SEAL_KEY_WRONG`
   */
  confirmKeys(check: string): void;
}

/**
 * Makes a sealer: AES-256-GCM under keys that can be changed.
 * @throws `MILLRACE_AUTH_OPTION_INVALID`, `MILLRACE_CORE_OPTION_UNKNOWN`.
 * @example
 * const sealer = createSealer(readAuthSecrets(process.env, ['encryptionKeys']).encryptionKeys);
 * const stored = sealer.seal(providerKey, `provider-key:${id}`);
 * const again = sealer.open(stored, `provider-key:${id}`);
 */
export function createSealer(options: SealKeys): Sealer {
  checkOptionNames('createSealer', options, OPTIONS);
  return new GcmSealer(options.current, importKeys(options));
}

const OPTIONS: OptionNames<SealKeys> = { current: true, keys: true };

const ALGORITHM = 'aes-256-gcm';
const SALT_BYTES = 16;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const HEAD_BYTES = SALT_BYTES + NONCE_BYTES;
const MAX_TEXT_BYTES = 65_536;
const MAX_ABOUT_LENGTH = 1_024;
const FORM = /^mrs1\.([\w-]{1,32})\.([\w-]+)$/;
/** Longest sealed text there can be. */
const MAX_SEALED_LENGTH = 38 + Math.ceil(((HEAD_BYTES + MAX_TEXT_BYTES + TAG_BYTES) * 4) / 3);

/** What is sealed: a text of the service, or what proves the keys at the next start. */
type Purpose = 'text' | 'key-check';

class GcmSealer implements Sealer {
  readonly #current: string;
  readonly #keys: ReadonlyMap<string, KeyObject>;

  constructor(current: string, keys: ReadonlyMap<string, KeyObject>) {
    this.#current = current;
    this.#keys = keys;
  }

  seal(text: string, about: string): string {
    if (typeof text !== 'string' || !text.isWellFormed()) throw refused('the text is not well-formed Unicode');
    if (text.length > MAX_TEXT_BYTES || Buffer.byteLength(text) > MAX_TEXT_BYTES) {
      throw refused(`the text has more than ${MAX_TEXT_BYTES} bytes`);
    }
    return this.#seal(text, 'text', checkAbout(about));
  }

  open(sealed: string, about: string): string {
    return this.#open(sealed, 'text', checkAbout(about));
  }

  isCurrent(sealed: string): boolean {
    return typeof sealed === 'string' && sealed.startsWith(`mrs1.${this.#current}.`);
  }

  keyCheck(): string {
    return this.#seal('', 'key-check', '');
  }

  confirmKeys(check: string): void {
    try {
      this.#open(check, 'key-check', '');
    } catch (cause) {
      throw AUTH_ERRORS.create('MILLRACE_AUTH_SEAL_KEY_WRONG', {}, cause);
    }
  }

  #seal(text: string, purpose: Purpose, about: string): string {
    const head = randomBytes(HEAD_BYTES);
    const cipher = createCipheriv(ALGORITHM, this.#keyFor(this.#current, head), head.subarray(SALT_BYTES));
    cipher.setAAD(boundTo(purpose, this.#current, about));
    const body = Buffer.concat([head, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
    return `mrs1.${this.#current}.${body.toString('base64url')}`;
  }

  #open(sealed: string, purpose: Purpose, about: string): string {
    const [, id = '', body = ''] =
      (typeof sealed === 'string' && sealed.length <= MAX_SEALED_LENGTH ? FORM.exec(sealed) : null) ?? [];
    const bytes = Buffer.from(body, 'base64url');
    const textEnd = bytes.length - TAG_BYTES;
    if (textEnd < HEAD_BYTES || bytes.toString('base64url') !== body) throw broken();
    if (!this.#keys.has(id)) throw AUTH_ERRORS.create('MILLRACE_AUTH_SEAL_KEY_UNKNOWN', { id });
    const nonce = bytes.subarray(SALT_BYTES, HEAD_BYTES);
    const decipher = createDecipheriv(ALGORITHM, this.#keyFor(id, bytes), nonce, { authTagLength: TAG_BYTES });
    decipher.setAAD(boundTo(purpose, id, about));
    decipher.setAuthTag(bytes.subarray(textEnd));
    const text = decipher.update(bytes.subarray(HEAD_BYTES, textEnd));
    try {
      decipher.final();
    } catch (cause) {
      throw broken(cause);
    }
    return text.toString('utf8');
  }

  /** The key for one text, by the salt that its bytes begin with. */
  #keyFor(id: string, bytes: Buffer): Buffer {
    const salt = bytes.subarray(0, SALT_BYTES);
    return Buffer.from(hkdfSync('sha256', this.#keys.get(id)!, salt, 'millrace.auth.seal', 32));
  }
}

/** What is bound to the bytes without being in them. What varies in length comes last, so no two read alike. */
function boundTo(purpose: Purpose, id: string, about: string): Buffer {
  return Buffer.from(`millrace.auth.seal\n${purpose}\n${id}\n${about}`, 'utf8');
}

function checkAbout(about: string): string {
  const fits =
    typeof about === 'string' && about.length > 0 && about.length <= MAX_ABOUT_LENGTH && about.isWellFormed();
  if (!fits) throw refused(`\`about\` is not 1 to ${MAX_ABOUT_LENGTH} characters of well-formed Unicode`);
  return about;
}

function refused(problem: string): Error {
  return AUTH_ERRORS.create('MILLRACE_AUTH_SEAL_INPUT', { problem });
}

function broken(cause?: unknown): Error {
  return AUTH_ERRORS.create('MILLRACE_AUTH_SEAL_BROKEN', {}, cause);
}
