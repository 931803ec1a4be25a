import { AUTH_ERRORS } from './errors.ts';

/** bcrypt reads 72 bytes and silently ignores what follows. */
const MAX_BCRYPT_BYTES = 72;
/** More is nobody's password, and every byte of it is work before anything was checked. */
const MAX_PASSWORD_BYTES = 4_096;

/** Refuses what is no text with one encoding as UTF-8, has NUL (where some verifiers stop), or more than 4,096 bytes. */
export function checkPassword(password: string): void {
  if (typeof password !== 'string') throw passwordInvalid('it is no string');
  if (isLonger(password, MAX_PASSWORD_BYTES)) throw tooLong(MAX_PASSWORD_BYTES);
  if (password.includes('\0')) throw passwordInvalid('it contains a NUL character');
  if (!password.isWellFormed()) throw passwordInvalid('it is not well-formed Unicode');
}

/** Refuses what bcrypt would cut short. */
export function checkBcryptLength(password: string): void {
  if (isCutByBcrypt(password)) throw tooLong(MAX_BCRYPT_BYTES);
}

/** Whether bcrypt would read a part of the password alone. */
export function isCutByBcrypt(password: string): boolean {
  return isLonger(password, MAX_BCRYPT_BYTES);
}

function isLonger(password: string, maxBytes: number): boolean {
  return password.length > maxBytes || Buffer.byteLength(password) > maxBytes;
}

function tooLong(maxBytes: number): Error {
  return AUTH_ERRORS.create('MILLRACE_AUTH_PASSWORD_TOO_LONG', { maxBytes });
}

function passwordInvalid(problem: string): Error {
  return AUTH_ERRORS.create('MILLRACE_AUTH_PASSWORD_INVALID', { problem });
}

/**
 * The spellings under which a password may have been hashed, the one of new hashes first: keyboards and systems write the same
 * characters composed or in pieces, and hashes that others made may be of what was typed then.
 *
 * Source: RFC 8265 section 4.2 (OpaqueString: normalization form C). Versions of Unicode agree on it for characters that they have.
 */
export function spellingsOf(password: string): readonly string[] {
  const composed = password.normalize('NFC');
  return composed === password ? [password] : [composed, password];
}
