import { type Cache, type CacheStats, createCache, type LoadContext, type SharedTier } from '../cache/index.ts';
import { type Clock, checkOptionNames, MillraceError, type OptionNames, systemClock } from '../core/index.ts';
import { type AuthCheckSignal, authCheck } from '../signals/index.ts';
import { deepFreeze } from './deep-freeze.ts';
import { AUTH_ERRORS } from './errors.ts';
import { createExpiryClock } from './expiry-clock.ts';
import { checkWhole } from './option-check.ts';
import { tokenKey } from './token-key.ts';

/*
 * Who sends this token? The order of the steps is the point:
 *
 * 1. its form and length, before anything is computed over it;
 * 2. its signature, each time, before anything that is kept may count. A cache that is asked first turns every
 *    string that hits it into a valid token;
 * 3. its expiry, each time, on a clock that does not follow the wall clock back;
 * 4. the identity, from memory under the SHA-256 of the whole token (tokens of one issuer share their first
 *    characters, so any part of it would be shared by users), else from `loadIdentity`, once for all who wait.
 *
 * The cache sees to it that an identity loaded before a revocation is neither kept nor handed to those who come
 * after it. What a revocation means lies with `loadIdentity`: here it is forgotten, there it must be refused.
 */

/** RFC 7519 names for what Millrace reads of a token. */
export interface TokenClaims {
  /** Whose token it is; not empty. */
  readonly sub: string;
  /** Expiry, in seconds since the Unix epoch. */
  readonly exp: number;
}

/** What {@link createTokenCheck} takes. */
export interface TokenCheckOptions<Claims extends TokenClaims, Identity extends object> {
  /** Names the check in signals and errors; default `token`. */
  readonly name?: string;
  /** Verifies signature, algorithm, issuer and times, at once, and gives the claims; throws otherwise. Never caches. */
  readonly verify: (token: string) => Claims;
  /**
   * Reads the identity from where it is durable, undefined when there is none: user gone or locked, session ended,
   * password changed since. This is where a revoked token is refused; {@link TokenCheck.revoke} only makes it be asked again.
   */
  readonly loadIdentity: (claims: Claims, context: LoadContext) => Promise<Identity | undefined>;
  /** Most identities kept. 1 to 10,000,000; default 10,000. */
  readonly maxEntries?: number;
  /** How long an identity counts without being read again, in milliseconds, jittered by a tenth. 1,000 to 86,400,000; default 300,000. */
  readonly ttlMs?: number;
  /**
   * How long before a token's expiry its identity is kept no longer, in milliseconds (but at least a second).
   * 0 to 86,400,000; default 300,000. Lower it where tokens live for minutes.
   */
  readonly expiryMarginMs?: number;
  /**
   * Where other processes find the identities, and hear of revocations. What `loadIdentity` gives must then be something
   * that the tier's codec keeps; it lies there under the hash of its token. Default: none, this process alone.
   */
  readonly shared?: SharedTier;
  /** Source of time; default the machine's. */
  readonly clock?: Clock;
}

/** Counts since the check was made; `entries` is as of now. */
export interface TokenCheckStats {
  /** Identities given from memory. */
  readonly hits: number;
  /** Calls of `loadIdentity`. */
  readonly loads: number;
  /** Checks that waited for another's load. */
  readonly joins: number;
  /** Tokens refused: malformed, forged, expired, or of nobody known. */
  readonly refused: number;
  readonly revocations: number;
  readonly entries: number;
  /** As in the statistics of a cache: whether other processes are asked, and how many revocations they were not told of yet. */
  readonly shared: CacheStats['shared'];
  readonly pending: number;
}

/** Tells who sends a token. */
export interface TokenCheck<Identity extends object> extends AsyncDisposable {
  /**
   * The identity behind `token`, deeply frozen: at once when it is in memory, else as a promise.
   * Throws at once, or rejects, with `MILLRACE_AUTH_TOKEN_INVALID`, `MILLRACE_AUTH_TOKEN_EXPIRED`,
   * `MILLRACE_AUTH_IDENTITY_UNKNOWN` (all 401), `MILLRACE_CACHE_LOAD_TIMEOUT`, `MILLRACE_CACHE_LOADS_FULL`, or what
   * `loadIdentity` threw.
   */
  check(token: string): Identity | Promise<Identity>;
  /**
   * Forgets the identity behind `token`, here before it returns; call it after the durable change. The promise ends when
   * the log of the shared tier tells the other processes, at once without one.
   * @throws `MILLRACE_CACHE_INVALIDATION_PENDING` (rejects): it counts here, and elsewhere as soon as the log can be reached.
   */
  revoke(token: string): Promise<void>;
  /** Forgets the identities of all tokens of `subject`, but for `except`; else as {@link revoke}. */
  revokeSubject(subject: string, options?: { readonly except?: string }): Promise<void>;
  stats(): TokenCheckStats;
  close(): Promise<void>;
}

/**
 * Makes a token check.
 * @throws `MILLRACE_AUTH_OPTION_INVALID`, `MILLRACE_CORE_OPTION_UNKNOWN`.
 * @example
 * const tokens = createTokenCheck({
 *   verify: fastJwtVerifier(createVerifier, { key: secret, algorithms: ['HS256'] }),
 *   loadIdentity: ({ sub }) => loadActiveUser(sub),
 * });
 * const identity = await tokens.check(bearerToken);
 */
export function createTokenCheck<Claims extends TokenClaims, Identity extends object>(
  options: TokenCheckOptions<Claims, Identity>,
): TokenCheck<Identity> {
  return new CachedTokenCheck(options);
}

const OPTIONS: OptionNames<TokenCheckOptions<TokenClaims, object>> = {
  name: true,
  verify: true,
  loadIdentity: true,
  maxEntries: true,
  ttlMs: true,
  expiryMarginMs: true,
  shared: true,
  clock: true,
};

/** Longest token that is looked at, in characters. */
const MAX_TOKEN_LENGTH = 8_192;
/** Visible ASCII: what a header can carry, and what has one encoding only. */
const TOKEN_FORM = /^[\x21-\x7e]+$/;
/** The last second of the year 9999; an `exp` beyond it was written in milliseconds. */
const MAX_EXP = 253_402_300_799;
const MIN_KEPT_MS = 1_000;

/** What is kept of one token, here and in the shared tier. */
interface Sighting<Identity> {
  readonly identity: Identity;
  readonly subject: string;
}

/** How long a sighting counts by the clock of this process. */
interface Term {
  /** Monotonic time at which the token expires, whatever the wall clock does meanwhile. */
  readonly expiresAt: number;
  /** Monotonic time until which the identity counts without being read again, as far as this process knows. */
  readonly keepUntil: number;
}

class CachedTokenCheck<Claims extends TokenClaims, Identity extends object> implements TokenCheck<Identity> {
  readonly #name: string;
  readonly #verify: (token: string) => Claims;
  readonly #loadIdentity: TokenCheckOptions<Claims, Identity>['loadIdentity'];
  readonly #ttlMs: number;
  readonly #marginMs: number;
  readonly #clock: Clock;
  readonly #expiryNow: () => number;
  readonly #cache: Cache;
  readonly #terms = new WeakMap<Sighting<Identity>, Term>();
  #hits = 0;
  #refused = 0;
  #revocations = 0;

  constructor(options: TokenCheckOptions<Claims, Identity>) {
    checkOptionNames('createTokenCheck', options, OPTIONS);
    this.#name = options.name ?? 'token';
    this.#verify = options.verify;
    this.#loadIdentity = options.loadIdentity;
    this.#ttlMs = checkWhole('ttlMs', options.ttlMs ?? 300_000, MIN_KEPT_MS, 86_400_000);
    this.#marginMs = checkWhole('expiryMarginMs', options.expiryMarginMs ?? 300_000, 0, 86_400_000);
    this.#clock = options.clock ?? systemClock;
    this.#expiryNow = createExpiryClock(this.#clock);
    const maxEntries = checkWhole('maxEntries', options.maxEntries ?? 10_000, 1, 10_000_000);
    const { shared } = options;
    const bounds = { maxEntries, ttlMs: this.#ttlMs, retryAfterMs: 0, clock: this.#clock };
    this.#cache = createCache({ name: `auth.${this.#name}`, ...bounds, ...(shared && { shared }) });
  }

  check(token: string): Identity | Promise<Identity> {
    const startedAt = this.#clock.now();
    try {
      const claims = this.#claimsOf(token);
      const sighting = this.#sighting(token, claims);
      if (sighting instanceof Promise) return this.#checkLate(sighting, claims, startedAt);
      const identity = this.#admit(sighting, claims);
      this.#hits++;
      this.#report('hit', startedAt);
      return identity;
    } catch (error) {
      this.#note(error, startedAt);
      throw error;
    }
  }

  revoke(token: string): Promise<void> {
    this.#revocations++;
    return this.#cache.delete(tokenKey(token));
  }

  revokeSubject(subject: string, options: { readonly except?: string } = {}): Promise<void> {
    this.#revocations++;
    const key = options.except === undefined ? undefined : tokenKey(options.except);
    const kept = key === undefined ? undefined : this.#cache.get<Sighting<Identity>>(key);
    const told = this.#cache.invalidateTags([subject]);
    if (key === undefined || kept?.subject !== subject) return told;
    const ttlMs = Math.max(0, (this.#terms.get(kept)?.keepUntil ?? 0) - this.#clock.now());
    const both = Promise.all([told, this.#cache.set(key, kept, { ttlMs, tags: [subject] })]).then(() => {});
    both.catch(() => {}); // It counts here; who wants to know whether it does elsewhere awaits it.
    return both;
  }

  stats(): TokenCheckStats {
    const { loads, joins, entries, shared, pending } = this.#cache.stats();
    const counted = { hits: this.#hits, loads, joins, refused: this.#refused, revocations: this.#revocations };
    return { ...counted, entries, shared, pending };
  }

  async close(): Promise<void> {
    await this.#cache.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #checkLate(
    pending: Promise<Sighting<Identity> | undefined>,
    claims: Claims,
    startedAt: number,
  ): Promise<Identity> {
    try {
      const identity = this.#admit(await pending, claims);
      this.#report('miss', startedAt);
      return identity;
    } catch (error) {
      this.#note(error, startedAt);
      throw error;
    }
  }

  /** Verified claims of a token that has not expired. */
  #claimsOf(token: string): Claims {
    if (typeof token !== 'string' || token.length > MAX_TOKEN_LENGTH || !TOKEN_FORM.test(token)) {
      throw invalid(`it is not 1 to ${MAX_TOKEN_LENGTH} visible ASCII characters`);
    }
    const claims = this.#verified(token);
    const { sub, exp } = claims;
    if (typeof sub !== 'string' || sub === '') throw invalid('it names no subject');
    if (!(typeof exp === 'number' && exp > 0 && exp <= MAX_EXP)) throw invalid('it has no usable expiry');
    if (exp * 1_000 <= this.#expiryNow()) throw AUTH_ERRORS.create('MILLRACE_AUTH_TOKEN_EXPIRED');
    return claims;
  }

  #verified(token: string): Claims {
    let claims: Claims;
    try {
      claims = this.#verify(token);
    } catch (error) {
      throw error instanceof MillraceError ? error : invalid('its verification failed', error);
    }
    if (claims instanceof Promise) {
      claims.catch(() => {});
      throw AUTH_ERRORS.create('MILLRACE_AUTH_VERIFIER_ASYNC');
    }
    if (typeof claims !== 'object' || claims === null) throw invalid('it carries no claims');
    return claims;
  }

  #sighting(token: string, claims: Claims): Sighting<Identity> | undefined | Promise<Sighting<Identity> | undefined> {
    const lifeMs = claims.exp * 1_000 - this.#expiryNow();
    const ttlMs = Math.max(Math.min(this.#ttlMs, lifeMs - this.#marginMs), Math.min(MIN_KEPT_MS, lifeMs));
    const load = async (context: LoadContext): Promise<Sighting<Identity> | undefined> => {
      const expiresAt = this.#clock.now() + lifeMs;
      const identity = (await this.#loadIdentity(claims, context)) ?? undefined;
      if (identity === undefined) return undefined;
      const sighting = { identity: deepFreeze(identity), subject: claims.sub };
      this.#terms.set(sighting, { expiresAt, keepUntil: this.#clock.now() + ttlMs });
      return sighting;
    };
    return this.#cache.getOrSet(tokenKey(token), load, { ttlMs, tags: [claims.sub] });
  }

  #admit(sighting: Sighting<Identity> | undefined, claims: Claims): Identity {
    if (sighting === undefined) throw AUTH_ERRORS.create('MILLRACE_AUTH_IDENTITY_UNKNOWN');
    const { expiresAt } = this.#terms.get(sighting) ?? this.#adopt(sighting, claims);
    if (this.#clock.now() >= expiresAt) throw AUTH_ERRORS.create('MILLRACE_AUTH_TOKEN_EXPIRED');
    return sighting.identity;
  }

  /** Another process loaded it, by a clock of its own. How long it is kept is known to the cache alone. */
  #adopt(sighting: Sighting<Identity>, { exp }: Claims): Term {
    deepFreeze(sighting.identity);
    const term = { expiresAt: this.#clock.now() + exp * 1_000 - this.#expiryNow(), keepUntil: 0 };
    this.#terms.set(sighting, term);
    return term;
  }

  #note(error: unknown, startedAt: number): void {
    const refused = error instanceof MillraceError && error.status === 401;
    if (refused) this.#refused++;
    this.#report(refused ? 'refused' : 'failed', startedAt);
  }

  #report(outcome: AuthCheckSignal['outcome'], startedAt: number): void {
    if (!authCheck.hasSubscribers) return;
    authCheck.publish({ name: this.#name, outcome, durationMs: this.#clock.now() - startedAt });
  }
}

function invalid(problem: string, cause?: unknown): Error {
  return AUTH_ERRORS.create('MILLRACE_AUTH_TOKEN_INVALID', { problem }, cause);
}
