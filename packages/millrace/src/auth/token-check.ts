import { type Cache, createCache, type LoadContext } from '../cache/index.ts';
import { type Clock, MillraceError } from '../core/index.ts';
import { type AuthCheckSignal, authCheck } from '../signals/index.ts';
import { deepFreeze } from './deep-freeze.ts';
import { AUTH_ERRORS } from './errors.ts';
import { createExpiryClock } from './expiry-clock.ts';
import { MIN_KEPT_MS, settingsOf, type TokenCheckOptions, type TokenCheckSettings } from './token-check-options.ts';
import type { TokenCheckStats } from './token-check-stats.ts';
import { checkClaims, type TokenClaims } from './token-claims.ts';
import { createTokenKeys, type TokenKeys } from './token-key.ts';
import { type CheckedRevocations, forgetRevoked } from './token-revocations.ts';
import { isForeign, type Sighting } from './token-sighting.ts';
import { TokenVerification, type Verified } from './token-verification.ts';

/*
 * Who sends this token? The order of the steps is the point:
 *
 * 1. its form and length, before anything is computed over it;
 * 2. its name: SHA-256 over the whole token, behind a secret and the verifier's configuration. Tokens of one issuer share
 *    their first characters, so any part of it would be shared by users;
 * 3. its signature. A name counts without it in one case alone: this very check has verified this very token before, with
 *    keys that are all still good. Then the same bytes would be verified to the same answer, and what that costs (RS256:
 *    82 microseconds, a name half a one) is saved. That an identity is there is no proof that a token was verified: what
 *    the shared tier brings, or a cache that is asked first, turns whatever hits it into a valid token. So the proof
 *    lies apart from the identity, in a map of this check that no other process can write (`#sights`);
 * 4. its times, each time, on a clock that does not follow the wall clock back;
 * 5. the identity, from memory, else from the shared tier or `loadIdentity`, once for all who wait.
 *
 * The cache sees to it that an identity loaded before a revocation is neither kept nor handed to those who come
 * after it; with the identity goes the proof, so the next check verifies anew. What a revocation means lies with
 * `loadIdentity`: here it is forgotten, there it must be refused. Or with `revocations`: they are asked on each check, last
 * of all, so that what was ended while an identity was found or loaded is refused as well.
 */

/** Tells who sends a token. */
export interface TokenCheck<Identity extends object> extends AsyncDisposable {
  /**
   * The identity behind `token`, deeply frozen: at once when it is in memory, else as a promise.
   * Throws at once, or rejects, with `MILLRACE_AUTH_TOKEN_INVALID`, `MILLRACE_AUTH_TOKEN_EXPIRED`, `MILLRACE_AUTH_TOKEN_EARLY`,
   * `MILLRACE_AUTH_IDENTITY_UNKNOWN` (all 401), `MILLRACE_AUTH_VERIFIER_LATE` (503), `MILLRACE_CACHE_LOAD_TIMEOUT`,
   * `MILLRACE_CACHE_LOADS_FULL`, or what `loadIdentity` threw.
   * With `revocations` also `MILLRACE_AUTH_TOKEN_REVOKED` (401) and `MILLRACE_AUTH_REVOCATION_UNKNOWN` (503).
   * @param connection what the token came on, such as the socket: while it sends the same token, its hash is computed once
   * @param scope how old what is known of revocations may be: one of their scopes; default theirs
   */
  check(token: string, connection?: object, scope?: string): Identity | Promise<Identity>;
  /**
   * Whether this check has verified `token` and has its identity at hand, so that {@link check} costs next to nothing; it may
   * refuse it all the same. Never throws.
   * @param connection as in {@link check}
   */
  knows(token: string, connection?: object): boolean;
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

/** What this check alone knows of a sighting: that it verified the token, and how long that counts. */
interface Sight<Claims, Identity> extends Verified<Claims> {
  readonly sighting: Sighting<Identity>;
  /** Monotonic time at which the token expires, whatever the wall clock does meanwhile. */
  readonly expiresAt: number;
  /** Monotonic time until which the identity counts without being read again, as far as this process knows. */
  readonly keepUntil: number;
}

class CachedTokenCheck<Claims extends TokenClaims, Identity extends object> implements TokenCheck<Identity> {
  readonly #settings: TokenCheckSettings;
  readonly #loadIdentity: TokenCheckOptions<Claims, Identity>['loadIdentity'];
  readonly #keys: TokenKeys;
  readonly #verification: TokenVerification<Claims>;
  readonly #clock: Clock;
  readonly #expiryNow: (now?: number) => number;
  readonly #cache: Cache;
  readonly #ended: CheckedRevocations | undefined;
  readonly #stopForgetting: (() => void) | undefined;
  readonly #sights = new WeakMap<Sighting<Identity>, Sight<Claims, Identity>>();
  #hits = 0;
  #refused = 0;
  #revocations = 0;

  constructor(options: TokenCheckOptions<Claims, Identity>) {
    const settings = settingsOf(options);
    const { name, maxEntries, ttlMs, pepper, clock } = settings;
    const { verify, loadIdentity, shared, revocations } = options;
    this.#settings = settings;
    this.#loadIdentity = loadIdentity;
    this.#keys = createTokenKeys({ pepper, configuration: verify.configuration ?? '' });
    this.#verification = new TokenVerification(verify, { ...settings, isRevocable: revocations !== undefined });
    this.#clock = clock;
    this.#expiryNow = createExpiryClock(clock);
    const bounds = { maxEntries, ttlMs, retryAfterMs: 0, clock };
    this.#cache = createCache({ name: `auth.${name}`, ...bounds, ...(shared && { shared }) });
    this.#ended = revocations;
    this.#stopForgetting = revocations && forgetRevoked(revocations, this.#cache, shared !== undefined);
  }

  check(token: string, connection?: object, scope?: string): Identity | Promise<Identity> {
    const startedAt = authCheck.hasSubscribers ? this.#clock.now() : 0;
    try {
      const key = this.#keys.sent(token, connection);
      const known = this.#known(key);
      if (known !== undefined) return this.#hit(known, scope, startedAt);
      const verified = this.#verification.verified(token, key);
      if (verified instanceof Promise) {
        return this.#noted(this.#verifiedLate(verified, key, scope, startedAt), startedAt);
      }
      const sighting = this.#sighting(key, verified);
      if (sighting instanceof Promise || isForeign(sighting, verified.claims)) {
        return this.#noted(this.#missed(key, sighting, verified, scope, startedAt), startedAt);
      }
      return this.#hit(this.#admit(sighting, verified), scope, startedAt);
    } catch (error) {
      this.#note(error, startedAt);
      throw error;
    }
  }

  knows(token: string, connection?: object): boolean {
    try {
      return this.#sighted(this.#keys.sent(token, connection)) !== undefined;
    } catch {
      return false; // It has not the form of a token.
    }
  }

  revoke(token: string): Promise<void> {
    this.#revocations++;
    return this.#cache.delete(this.#keys.of(token));
  }

  revokeSubject(subject: string, options: { readonly except?: string } = {}): Promise<void> {
    this.#revocations++;
    const key = options.except === undefined ? undefined : this.#keys.of(options.except);
    const kept = key === undefined ? undefined : this.#cache.get<Sighting<Identity>>(key);
    const told = this.#cache.invalidateTags([subject]);
    if (key === undefined || kept?.subject !== subject) return told;
    const ttlMs = Math.max(0, (this.#sights.get(kept)?.keepUntil ?? 0) - this.#clock.now());
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
    this.#stopForgetting?.();
    await this.#cache.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** The sighting under `key` if this check has verified its token, with keys that are still good, and it counts now. */
  #known(key: string): Sight<Claims, Identity> | undefined {
    const sight = this.#sighted(key);
    if (sight === undefined) return undefined;
    const now = this.#clock.now();
    checkClaims(sight.claims, this.#expiryNow(now), this.#settings.bounds);
    if (now >= sight.expiresAt) throw expired();
    return this.#cache.get<Sighting<Identity>>(key) && sight;
  }

  /** What this check verified under `key`, with keys that are still good, whether it counts now or not. */
  #sighted(key: string): Sight<Claims, Identity> | undefined {
    const sighting = this.#cache.peek<Sighting<Identity>>(key);
    const sight = sighting && this.#sights.get(sighting);
    return sight?.epoch === this.#verification.epoch ? sight : undefined;
  }

  /** Lets in who is known, unless the token was ended, at once where that is known too. */
  #hit(sight: Sight<Claims, Identity>, scope: string | undefined, startedAt: number): Identity | Promise<Identity> {
    const asked = this.#ended?.check(sight.revocable!, scope);
    if (asked !== undefined) return this.#noted(this.#askedLate(asked, sight, startedAt), startedAt);
    this.#hits++;
    this.#report('hit', startedAt);
    return sight.sighting.identity;
  }

  async #askedLate(asked: Promise<void>, sight: Sight<Claims, Identity>, startedAt: number): Promise<Identity> {
    await asked;
    if (this.#clock.now() >= sight.expiresAt) throw expired();
    this.#hits++;
    this.#report('hit', startedAt);
    return sight.sighting.identity;
  }

  async #verifiedLate(
    pending: Promise<Verified<Claims>>,
    key: string,
    scope: string | undefined,
    startedAt: number,
  ): Promise<Identity> {
    const verified = await pending;
    return this.#missed(key, this.#sighting(key, verified), verified, scope, startedAt);
  }

  /** What is answered later fails as what is answered at once does. */
  async #noted(answer: Promise<Identity>, startedAt: number): Promise<Identity> {
    try {
      return await answer;
    } catch (error) {
      this.#note(error, startedAt);
      throw error;
    }
  }

  /**
   * What was ended while the identity was loaded lets nobody in either. What lies in the shared tier and is no identity of
   * the token's subject, whoever wrote it, goes, and the identity is loaded.
   */
  async #missed(
    key: string,
    found: Sighting<Identity> | undefined | Promise<Sighting<Identity> | undefined>,
    verified: Verified<Claims>,
    scope: string | undefined,
    startedAt: number,
  ): Promise<Identity> {
    let sighting = await found;
    if (isForeign(sighting, verified.claims)) {
      this.#cache.delete(key).catch(() => {}); // Here it counts at once; others find out for themselves.
      sighting = await this.#sighting(key, verified);
      if (isForeign(sighting, verified.claims)) sighting = undefined;
    }
    if (verified.revocable !== undefined) await this.#ended?.check(verified.revocable, scope);
    const { identity } = this.#admit(sighting, verified).sighting;
    this.#report('miss', startedAt);
    return identity;
  }

  /** The identity of a token that was just verified, and counts now. */
  #sighting(
    key: string,
    verified: Verified<Claims>,
  ): Sighting<Identity> | undefined | Promise<Sighting<Identity> | undefined> {
    const { claims } = verified;
    const now = this.#expiryNow();
    checkClaims(claims, now, this.#settings.bounds);
    const { ttlMs: longestMs, marginMs } = this.#settings;
    const lifeMs = claims.exp * 1_000 - now;
    const ttlMs = Math.max(Math.min(longestMs, lifeMs - marginMs), Math.min(MIN_KEPT_MS, lifeMs));
    const load = async (context: LoadContext): Promise<Sighting<Identity> | undefined> => {
      const expiresAt = this.#clock.now() + lifeMs;
      const identity = (await this.#loadIdentity(claims, context)) ?? undefined;
      if (identity === undefined) return undefined;
      const sighting = { identity: deepFreeze(identity), subject: claims.sub };
      this.#sights.set(sighting, { ...verified, sighting, expiresAt, keepUntil: this.#clock.now() + ttlMs });
      return sighting;
    };
    return this.#cache.getOrSet(key, load, { ttlMs, tags: [claims.sub] });
  }

  /** Lets in whoever sent the token that was verified, and remembers that it was. */
  #admit(sighting: Sighting<Identity> | undefined, verified: Verified<Claims>): Sight<Claims, Identity> {
    if (sighting === undefined) throw AUTH_ERRORS.create('MILLRACE_AUTH_IDENTITY_UNKNOWN');
    const known = this.#sights.get(sighting);
    const sight = known?.epoch === verified.epoch ? known : this.#see(sighting, verified, known);
    if (this.#clock.now() >= sight.expiresAt) throw expired();
    return sight;
  }

  /** Another process loaded it, by a clock of its own, or it was verified with other keys. How long it is kept is then known to the cache alone. */
  #see(
    sighting: Sighting<Identity>,
    verified: Verified<Claims>,
    known: Sight<Claims, Identity> | undefined,
  ): Sight<Claims, Identity> {
    if (known === undefined) deepFreeze(sighting.identity);
    const expiresAt = known?.expiresAt ?? this.#clock.now() + verified.claims.exp * 1_000 - this.#expiryNow();
    const sight = { ...verified, sighting, expiresAt, keepUntil: known?.keepUntil ?? 0 };
    this.#sights.set(sighting, sight);
    return sight;
  }

  #note(error: unknown, startedAt: number): void {
    const refused = error instanceof MillraceError && error.status === 401;
    if (refused) this.#refused++;
    this.#report(refused ? 'refused' : 'failed', startedAt);
  }

  #report(outcome: AuthCheckSignal['outcome'], startedAt: number): void {
    if (!authCheck.hasSubscribers) return;
    authCheck.publish({ name: this.#settings.name, outcome, durationMs: this.#clock.now() - startedAt });
  }
}

function expired(): Error {
  return AUTH_ERRORS.create('MILLRACE_AUTH_TOKEN_EXPIRED');
}
