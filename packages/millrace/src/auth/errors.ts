import { defineErrors, type ErrorTable } from '../core/index.ts';

/** The codes that `millrace/auth` throws. */
export type AuthErrorCode =
  | 'MILLRACE_AUTH_BCRYPT_MISSING'
  | 'MILLRACE_AUTH_CLOSED'
  | 'MILLRACE_AUTH_HASH_COST'
  | 'MILLRACE_AUTH_HASH_CRASHED'
  | 'MILLRACE_AUTH_HASH_DEADLINE'
  | 'MILLRACE_AUTH_HASH_INVALID'
  | 'MILLRACE_AUTH_HASH_LATE'
  | 'MILLRACE_AUTH_HASH_PARAMETER'
  | 'MILLRACE_AUTH_HASH_QUEUE_FULL'
  | 'MILLRACE_AUTH_HASH_UNAVAILABLE'
  | 'MILLRACE_AUTH_IDENTITY_UNKNOWN'
  | 'MILLRACE_AUTH_KEYS_UNAVAILABLE'
  | 'MILLRACE_AUTH_LOGIN_DENIED'
  | 'MILLRACE_AUTH_LOGIN_INPUT'
  | 'MILLRACE_AUTH_OPTION_INVALID'
  | 'MILLRACE_AUTH_PASSWORD_INVALID'
  | 'MILLRACE_AUTH_PASSWORD_TOO_LONG'
  | 'MILLRACE_AUTH_PASSWORD_WEAK'
  | 'MILLRACE_AUTH_REVOCATION_FAILED'
  | 'MILLRACE_AUTH_REVOCATION_INPUT'
  | 'MILLRACE_AUTH_REVOCATION_REPLICA'
  | 'MILLRACE_AUTH_REVOCATION_TABLES'
  | 'MILLRACE_AUTH_REVOCATION_UNKNOWN'
  | 'MILLRACE_AUTH_SEAL_BROKEN'
  | 'MILLRACE_AUTH_SEAL_INPUT'
  | 'MILLRACE_AUTH_SEAL_KEY_UNKNOWN'
  | 'MILLRACE_AUTH_SEAL_KEY_WRONG'
  | 'MILLRACE_AUTH_TOKEN_EARLY'
  | 'MILLRACE_AUTH_TOKEN_EXPIRED'
  | 'MILLRACE_AUTH_TOKEN_INVALID'
  | 'MILLRACE_AUTH_TOKEN_REVOKED'
  | 'MILLRACE_AUTH_VERIFIER_LATE';

/** Errors of `millrace/auth`. */
export const AUTH_ERRORS: ErrorTable<AuthErrorCode> = defineErrors({
  MILLRACE_AUTH_BCRYPT_MISSING: {
    message: 'bcrypt needs the package @node-rs/bcrypt, which is not installed',
    mend: 'npm install @node-rs/bcrypt',
  },
  MILLRACE_AUTH_CLOSED: {
    message: '{what} is closed',
    mend: 'close it after everything that uses it has stopped',
    status: 503,
  },
  MILLRACE_AUTH_HASH_COST: {
    message: 'bcrypt cost {cost} is outside {min} to {max}',
    mend: 'use a cost within the range, or raise `maxCost`',
  },
  MILLRACE_AUTH_HASH_CRASHED: {
    message: 'the thread that hashed this password died',
    mend: 'try again; the cause says what killed it',
    status: 503,
  },
  MILLRACE_AUTH_HASH_DEADLINE: {
    message: 'the password was not hashed within {waitedMs} ms',
    mend: 'try again later; more `threads` or a lower cost raise the rate',
    status: 503,
  },
  MILLRACE_AUTH_HASH_INVALID: {
    message: 'not a hash of bcrypt (2a, 2b, 2y), argon2id or scrypt (PHC strings)',
    mend: 'look at what is stored for this user; a bcrypt hash has 60 characters, the others begin with $argon2id$ or $scrypt$',
  },
  MILLRACE_AUTH_HASH_LATE: {
    message: 'the password would not be hashed within {deadlineMs} ms; try again in {retryAfterMs} ms',
    mend: 'answer with Retry-After; more `threads` or a lower cost raise the rate, a longer `deadlineMs` lets more wait',
    status: 503,
  },
  MILLRACE_AUTH_HASH_PARAMETER: {
    message: '{algorithm} with {parameter} {value} is outside {min} to {max}',
    mend: 'use a value within the range, or raise `maxMemoryKiB`',
  },
  MILLRACE_AUTH_HASH_QUEUE_FULL: {
    message: '{limit} passwords wait to be hashed already; try again in {retryAfterMs} ms',
    mend: 'answer with Retry-After; more `threads` or a lower cost raise the rate, a larger `maxQueue` lets more wait',
    status: 503,
  },
  MILLRACE_AUTH_HASH_UNAVAILABLE: {
    message: 'no hash thread runs: {crashes} died within {windowMs} ms',
    mend: 'the cause says what killed the last one; check that @node-rs/bcrypt loads on this platform',
    status: 503,
  },
  MILLRACE_AUTH_IDENTITY_UNKNOWN: {
    message: 'the token is valid, but nobody is known by it',
    mend: 'sign in again',
    status: 401,
  },
  MILLRACE_AUTH_KEYS_UNAVAILABLE: {
    message: 'the keys that tokens are verified with cannot be fetched',
    mend: 'see whether the service reaches the issuer, and whether `jwksUrl` is right; tried again after `jwksCooldownMs`',
    status: 503,
  },
  MILLRACE_AUTH_LOGIN_DENIED: {
    message: 'an attempt to sign in that was not allowed cannot have succeeded',
    mend: 'look at `allowed` before the password is looked at',
  },
  MILLRACE_AUTH_LOGIN_INPUT: {
    message: 'an attempt to sign in has no {what}, or one that is too long',
    mend: 'pass a text of 1 to 1,024 characters: what is missing must not be counted as one for everybody',
  },
  MILLRACE_AUTH_OPTION_INVALID: {
    message: 'auth option {option} is {value}, allowed: {allowed}',
    mend: 'pass a value that is allowed',
  },
  MILLRACE_AUTH_PASSWORD_INVALID: {
    message: 'the password is not text that can be hashed: {problem}',
    mend: 'choose another password',
    status: 400,
  },
  MILLRACE_AUTH_PASSWORD_TOO_LONG: {
    message: 'the password has more than {maxBytes} bytes (bcrypt would ignore what follows 72)',
    mend: 'choose a password of at most {maxBytes} bytes in UTF-8',
    status: 400,
  },
  MILLRACE_AUTH_PASSWORD_WEAK: {
    message: 'the password is easy to guess: {why}',
    mend: 'choose a longer one, of words that nobody would look for together',
    status: 400,
  },
  MILLRACE_AUTH_REVOCATION_FAILED: {
    message: 'the revocation may not be durable: the database did not answer',
    mend: 'ask for it again; the cause says what failed',
    status: 503,
  },
  MILLRACE_AUTH_REVOCATION_INPUT: {
    message: 'cannot be revoked: {problem}',
    mend: 'name what was signed: ids of 1 to 1,024 well-formed characters without NUL, and times in seconds as in the token',
  },
  MILLRACE_AUTH_REVOCATION_REPLICA: {
    message: 'revocations were asked of a replica, which may not know them yet',
    mend: 'give `query` a connection to the primary',
  },
  MILLRACE_AUTH_REVOCATION_TABLES: {
    message: 'the table {table}_head has no row',
    mend: 'run the statements of `schema`, or `createTables()`, and do not empty the tables',
  },
  MILLRACE_AUTH_REVOCATION_UNKNOWN: {
    message: 'whether the token was revoked cannot be told: the database did not answer',
    mend: 'try again later; a scope with a longer `maxStalenessAwayMs` goes on for a while by what is known',
    status: 503,
  },
  MILLRACE_AUTH_SEAL_BROKEN: {
    message: 'not a sealed text of this place: it was changed, belongs elsewhere, or its key differs under the same id',
    mend: 'pass the same `about` as when it was sealed; if that holds, restore the text or its key',
  },
  MILLRACE_AUTH_SEAL_INPUT: {
    message: 'cannot be sealed or opened: {problem}',
    mend: 'seal texts that are well-formed, each about a place of its own',
  },
  MILLRACE_AUTH_SEAL_KEY_UNKNOWN: {
    message: 'it is sealed under the key {id}, which is not among the keys',
    mend: 'give the sealer that key beside the current one',
  },
  MILLRACE_AUTH_SEAL_KEY_WRONG: {
    message: 'the keys are not those under which the stored data was sealed',
    mend: 'start with the keys of before (a new one is put in front of them), or remove what they sealed and the check',
  },
  MILLRACE_AUTH_TOKEN_EARLY: {
    message: 'the token does not count yet',
    mend: 'try again later; if it was just issued, the clocks of issuer and service differ (`clockToleranceMs`)',
    status: 401,
  },
  MILLRACE_AUTH_TOKEN_EXPIRED: {
    message: 'the token has expired',
    mend: 'sign in again',
    status: 401,
  },
  MILLRACE_AUTH_TOKEN_INVALID: {
    message: 'the token is not valid: {problem}',
    mend: 'send the token as it was issued, or sign in again',
    status: 401,
  },
  MILLRACE_AUTH_TOKEN_REVOKED: {
    message: 'the token was ended before it expired, by its {by}',
    mend: 'sign in again',
    status: 401,
  },
  MILLRACE_AUTH_VERIFIER_LATE: {
    message: 'the verifier of tokens gave no answer within {ms} ms',
    mend: 'see whether it can fetch its keys, and within what time it gives up',
    status: 503,
  },
});
