import { type Clock, MillraceError, withTimeout } from '../core/index.ts';
import { deepFreeze } from './deep-freeze.ts';
import { AUTH_ERRORS } from './errors.ts';
import { RefusedTokens } from './refused-tokens.ts';
import type { RevocableClaims } from './revocation/index.ts';
import type { TokenVerifier } from './token-check-options.ts';
import { type TokenClaims, tokenInvalid } from './token-claims.ts';
import { revocableOf } from './token-revocations.ts';

/** Longest wait for a verifier that answers later: it may have keys to fetch. */
const VERIFY_TIMEOUT_MS = 10_000;
const MAX_REFUSED = 1_000;

/** Claims that the verifier vouched for, frozen, and the epoch of its keys when it was asked. */
export interface Verified<Claims> {
  readonly claims: Claims;
  readonly epoch: number;
  /** As revocations are asked about them; undefined where nobody asks. */
  readonly revocable: RevocableClaims | undefined;
}

/** What {@link TokenVerification} takes beside the verifier. */
interface VerificationOptions {
  readonly refusedTtlMs: number;
  readonly clock: Clock;
  /** Whether revocations are asked about the claims. */
  readonly isRevocable: boolean;
}

/** Asks the verifier, once for all who wait with the same token, and remembers for a while what it refused. */
export class TokenVerification<Claims extends TokenClaims> {
  readonly #verify: TokenVerifier<Claims>;
  readonly #epoch: () => number;
  readonly #clock: Clock;
  readonly #refusals: RefusedTokens | undefined;
  readonly #isRevocable: boolean;
  readonly #underway = new Map<string, Promise<Verified<Claims>>>();

  constructor(verify: TokenVerifier<Claims>, { refusedTtlMs, clock, isRevocable }: VerificationOptions) {
    this.#isRevocable = isRevocable;
    this.#verify = verify;
    this.#epoch = verify.epoch ?? (() => 0);
    this.#clock = clock;
    this.#refusals = refusedTtlMs === 0 ? undefined : new RefusedTokens(refusedTtlMs, MAX_REFUSED, clock);
  }

  /** What was verified under another epoch counts no more. */
  get epoch(): number {
    return this.#epoch();
  }

  /** Verifies `token`, whose name is `key`: at once where the verifier answers at once. */
  verified(token: string, key: string): Verified<Claims> | Promise<Verified<Claims>> {
    if (this.#refusals?.has(key)) throw tokenInvalid('it was refused a moment ago');
    const underway = this.#underway.get(key);
    if (underway !== undefined) return underway;
    const epoch = this.#epoch();
    let claims: Claims | Promise<Claims>;
    try {
      claims = this.#verify(token);
    } catch (error) {
      throw this.#refusal(key, error);
    }
    return claims instanceof Promise ? this.#await(token, key, claims, epoch) : this.#vouched(token, claims, epoch);
  }

  #await(token: string, key: string, claims: Promise<Claims>, epoch: number): Promise<Verified<Claims>> {
    const answer = this.#late(token, key, claims, epoch).finally(() => this.#underway.delete(key));
    this.#underway.set(key, answer);
    return answer;
  }

  async #late(token: string, key: string, claims: Promise<Claims>, epoch: number): Promise<Verified<Claims>> {
    let answer: Claims;
    try {
      answer = await withTimeout(claims, VERIFY_TIMEOUT_MS, { clock: this.#clock });
    } catch (error) {
      if ((error as { code?: unknown }).code === 'MILLRACE_CORE_DEADLINE_EXCEEDED') {
        throw AUTH_ERRORS.create('MILLRACE_AUTH_VERIFIER_LATE', { ms: VERIFY_TIMEOUT_MS }, error);
      }
      throw this.#refusal(key, error);
    }
    return this.#vouched(token, answer, epoch);
  }

  /** What has a code of its own may be no fault of the token, or pass: too early, a key that cannot be fetched. */
  #refusal(key: string, error: unknown): Error {
    if (error instanceof MillraceError) return error;
    this.#refusals?.add(key);
    return tokenInvalid('its verification failed', error);
  }

  #vouched(token: string, claims: Claims, epoch: number): Verified<Claims> {
    if (typeof claims !== 'object' || claims === null) throw tokenInvalid('it carries no claims');
    const revocable = this.#isRevocable ? revocableOf(claims, token) : undefined;
    return { claims: deepFreeze(claims), epoch, revocable };
  }
}
