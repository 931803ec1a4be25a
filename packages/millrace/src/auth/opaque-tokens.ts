import { createHmac, hash, randomBytes, timingSafeEqual } from 'node:crypto';
import { checkOptionNames, type OptionNames } from '../core/index.ts';
import { AUTH_ERRORS } from './errors.ts';

/** What {@link defineOpaqueTokens} takes. */
export interface OpaqueTokenOptions {
  /** What they begin with, so that people and scanners for leaked secrets know them: 2 to 20 of `a-z 0-9 _`, a letter first. */
  readonly prefix: string;
  /**
   * Texts of 32 characters or more that are kept apart from the hashes: who has the hashes alone cannot tell whether a
   * token is among them. The first one makes hashes, all find them; to change it, put the new one in front.
   */
  readonly peppers: readonly string[];
}

/** A token just made. */
export interface IssuedToken {
  /** For its owner, shown once and stored nowhere. 32 random bytes behind the prefix. */
  readonly token: string;
  /** To be stored in its place. 43 characters of base64url. */
  readonly hash: string;
}

/** API keys, session and refresh tokens: random texts that say nothing, known by their hashes alone. */
export interface OpaqueTokens {
  issue(): IssuedToken;
  /**
   * Under which hashes the token may be stored, one for each pepper, the newest first; none when it cannot be a token of
   * this kind (another prefix, a typing error), so that nothing is looked up for it.
   */
  hashesOf(token: string): readonly string[];
  /** Whether `stored` is the token's, in a time that does not depend on where they differ. */
  matches(token: string, stored: string): boolean;
}

/**
 * Declares a kind of opaque token. Pure configuration. A fast hash is enough, as the tokens are random: there is nothing
 * to guess.
 * @throws `MILLRACE_AUTH_OPTION_INVALID`, `MILLRACE_CORE_OPTION_UNKNOWN`.
 * @example
 * const apiKeys = defineOpaqueTokens({ prefix: 'acme', peppers: [secrets.tokenPepper] });
 * const { token, hash } = apiKeys.issue();
 * const owner = await findOwner(apiKeys.hashesOf(token)); // WHERE hash = ANY($1)
 */
export function defineOpaqueTokens(options: OpaqueTokenOptions): OpaqueTokens {
  checkOptionNames('defineOpaqueTokens', options, OPTIONS);
  const { prefix, peppers } = options;
  if (typeof prefix !== 'string' || !/^[a-z][a-z0-9_]{1,19}$/.test(prefix)) {
    throw invalid('prefix', JSON.stringify(prefix), '2 to 20 of a-z 0-9 _, a letter first');
  }
  const long = Array.isArray(peppers) && peppers.every((each) => typeof each === 'string' && each.length >= 32);
  if (!long || peppers.length === 0) throw invalid('peppers', 'none, or a short one', 'texts of 32 characters or more');
  return new HashedTokens(prefix, peppers);
}

const OPTIONS: OptionNames<OpaqueTokenOptions> = { prefix: true, peppers: true };

const SECRET_BYTES = 32;
const SECRET_LENGTH = 43;
/** 36 bits: a typing error passes once in 69 thousand million times. */
const CHECK_LENGTH = 6;

class HashedTokens implements OpaqueTokens {
  readonly #start: string;
  readonly #keys: readonly Buffer[];

  constructor(prefix: string, peppers: readonly string[]) {
    this.#start = `${prefix}_`;
    const purpose = `millrace.auth.opaque-token\n${prefix}`;
    this.#keys = peppers.map((pepper) => createHmac('sha256', pepper).update(purpose).digest());
  }

  issue(): IssuedToken {
    const body = `${this.#start}${randomBytes(SECRET_BYTES).toString('base64url')}`;
    const token = `${body}${checkOf(body)}`;
    return { token, hash: hashWith(this.#keys[0]!, token) };
  }

  hashesOf(token: string): readonly string[] {
    return this.#isToken(token) ? this.#keys.map((key) => hashWith(key, token)) : [];
  }

  matches(token: string, stored: string): boolean {
    const given = Buffer.from(stored);
    let found = false;
    for (const each of this.hashesOf(token)) {
      const due = Buffer.from(each);
      if (due.length === given.length && timingSafeEqual(due, given)) found = true;
    }
    return found;
  }

  #isToken(token: string): boolean {
    if (typeof token !== 'string' || token.length !== this.#start.length + SECRET_LENGTH + CHECK_LENGTH) return false;
    if (!token.startsWith(this.#start) || !/^[\w-]+$/.test(token)) return false;
    const body = token.slice(0, -CHECK_LENGTH);
    return checkOf(body) === token.slice(-CHECK_LENGTH);
  }
}

/** Finds typing errors; it keeps nobody out. */
function checkOf(body: string): string {
  return hash('sha256', `millrace.auth.opaque-token.check\n${body}`, 'base64url').slice(0, CHECK_LENGTH);
}

function hashWith(key: Buffer, token: string): string {
  return createHmac('sha256', key).update(token).digest('base64url');
}

function invalid(option: string, value: string, allowed: string): Error {
  return AUTH_ERRORS.create('MILLRACE_AUTH_OPTION_INVALID', { option, value, allowed });
}
