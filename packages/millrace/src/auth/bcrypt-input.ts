import { AUTH_ERRORS } from './errors.ts';

/** bcrypt reads 72 bytes and silently ignores what follows. */
const MAX_PASSWORD_BYTES = 72;
/** The format's own minimum. */
const MIN_COST = 4;
/**
 * Version, cost, 22 characters of salt, 31 of digest. 128 and 184 bits do not fill these, so their last characters are
 * among 4 and 16; the verifier answers "no" to others without hashing, which would tell by the time it takes.
 */
const HASH_FORM = /^\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{21}[.Oeu][./A-Za-z0-9]{30}[.CGKOSWaeimquy26]$/;

/** Refuses what bcrypt would cut short (over 72 bytes, NUL) or what has no one encoding as UTF-8. */
export function checkPassword(password: string): void {
  if (typeof password !== 'string') throw passwordInvalid('it is no string');
  if (password.length > MAX_PASSWORD_BYTES || Buffer.byteLength(password) > MAX_PASSWORD_BYTES) {
    throw AUTH_ERRORS.create('MILLRACE_AUTH_PASSWORD_TOO_LONG', { maxBytes: MAX_PASSWORD_BYTES });
  }
  if (password.includes('\0')) throw passwordInvalid('it contains a NUL character');
  if (!password.isWellFormed()) throw passwordInvalid('it is not well-formed Unicode');
}

/** The cost of a stored hash, once its form and its cost are found acceptable. */
export function checkHash(hash: string, maxCost: number): number {
  const cost = typeof hash === 'string' ? HASH_FORM.exec(hash)?.[1] : undefined;
  if (cost === undefined) throw AUTH_ERRORS.create('MILLRACE_AUTH_HASH_INVALID');
  return checkCost(Number(cost), maxCost);
}

/** Refuses a cost that is not whole, below bcrypt's minimum, or so high that it would block a thread. */
export function checkCost(cost: number, maxCost: number): number {
  if (Number.isInteger(cost) && cost >= MIN_COST && cost <= maxCost) return cost;
  throw AUTH_ERRORS.create('MILLRACE_AUTH_HASH_COST', { cost, min: MIN_COST, max: maxCost });
}

function passwordInvalid(problem: string): Error {
  return AUTH_ERRORS.create('MILLRACE_AUTH_PASSWORD_INVALID', { problem });
}
