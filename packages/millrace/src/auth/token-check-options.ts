import type { LoadContext, SharedTier } from '../cache/index.ts';
import { type Clock, checkOptionNames, type OptionNames, systemClock } from '../core/index.ts';
import { AUTH_ERRORS } from './errors.ts';
import { checkWhole } from './option-check.ts';
import type { ClaimBounds, TokenClaims } from './token-claims.ts';
import { randomPepper } from './token-key.ts';
import type { CheckedRevocations } from './token-revocations.ts';

/**
 * Verifies a token: signature, algorithm, issuer and times. Gives the claims, at once or as a promise; throws or rejects
 * otherwise. Never caches.
 */
export interface TokenVerifier<Claims extends TokenClaims> {
  (token: string): Claims | Promise<Claims>;
  /** Says how it verifies (issuer, audience, algorithms): identities that it let in are kept apart from those of others. */
  readonly configuration?: string;
  /**
   * Another number whenever a key that was good has gone: what was verified under an earlier one is verified again.
   * Asked on each check, so it answers at once. Default: keys never go.
   */
  readonly epoch?: () => number;
}

/** What {@link createTokenCheck} takes. */
export interface TokenCheckOptions<Claims extends TokenClaims, Identity extends object> {
  /** Names the check in signals and errors; default `token`. */
  readonly name?: string;
  readonly verify: TokenVerifier<Claims>;
  /**
   * Reads the identity from where it is durable, undefined when there is none: user gone or locked, session ended,
   * password changed since. Without `revocations` this is where a revoked token is refused; `revoke` only makes it be asked again.
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
  /**
   * 32 characters or more that are kept apart from the shared tier, the same in all processes: who can read the tier
   * cannot tell whether a token is in it. Needed with a shared tier; default without one: random.
   */
  readonly pepper?: string;
  /** Age by `iat` at which a token counts no longer, in milliseconds. 1,000 to 31,536,000,000; default: none. */
  readonly maxTokenAgeMs?: number;
  /** How far the clock of the issuer may be ahead of this one's, for `nbf` and `iat`, in milliseconds. 0 to 300,000; default 0. */
  readonly clockToleranceMs?: number;
  /**
   * How long a token that `verify` refused is refused again without being verified, in milliseconds, 1,000 tokens at most.
   * 0 to 60,000; default 0, each is verified. A key that `verify` learns meanwhile counts that much later.
   */
  readonly refusedTtlMs?: number;
  /**
   * What `createRevocations` made: each check asks it, also about what was just loaded. Tokens then need `iat`. Default:
   * none, and a token that was ended counts until its identity is read again.
   */
  readonly revocations?: CheckedRevocations;
  /** Source of time; default the machine's. */
  readonly clock?: Clock;
}

const OPTIONS: OptionNames<TokenCheckOptions<TokenClaims, object>> = {
  name: true,
  verify: true,
  loadIdentity: true,
  maxEntries: true,
  ttlMs: true,
  expiryMarginMs: true,
  shared: true,
  pepper: true,
  maxTokenAgeMs: true,
  clockToleranceMs: true,
  refusedTtlMs: true,
  revocations: true,
  clock: true,
};

const MIN_PEPPER_LENGTH = 32;
/** An identity is kept so long at least, unless its token ends before. */
export const MIN_KEPT_MS = 1_000;

/** The options with their defaults, checked. */
export interface TokenCheckSettings {
  readonly name: string;
  readonly maxEntries: number;
  readonly ttlMs: number;
  readonly marginMs: number;
  readonly refusedTtlMs: number;
  readonly bounds: ClaimBounds;
  readonly pepper: string;
  readonly clock: Clock;
}

/** @throws `MILLRACE_AUTH_OPTION_INVALID`, `MILLRACE_CORE_OPTION_UNKNOWN` */
export function settingsOf<Claims extends TokenClaims, Identity extends object>(
  options: TokenCheckOptions<Claims, Identity>,
): TokenCheckSettings {
  checkOptionNames('createTokenCheck', options, OPTIONS);
  return {
    name: options.name ?? 'token',
    maxEntries: checkWhole('maxEntries', options.maxEntries ?? 10_000, 1, 10_000_000),
    ttlMs: checkWhole('ttlMs', options.ttlMs ?? 300_000, MIN_KEPT_MS, 86_400_000),
    marginMs: checkWhole('expiryMarginMs', options.expiryMarginMs ?? 300_000, 0, 86_400_000),
    refusedTtlMs: checkWhole('refusedTtlMs', options.refusedTtlMs ?? 0, 0, 60_000),
    bounds: claimBoundsOf(options),
    pepper: pepperOf(options),
    clock: options.clock ?? systemClock,
  };
}

function claimBoundsOf({
  maxTokenAgeMs,
  clockToleranceMs,
}: Pick<TokenCheckOptions<TokenClaims, object>, keyof ClaimBounds>): ClaimBounds {
  return {
    maxTokenAgeMs:
      maxTokenAgeMs === undefined ? undefined : checkWhole('maxTokenAgeMs', maxTokenAgeMs, 1_000, 31_536_000_000),
    clockToleranceMs: checkWhole('clockToleranceMs', clockToleranceMs ?? 0, 0, 300_000),
  };
}

/** Without a shared tier nobody else needs to find the names; with one, whoever reads it must not be able to make them. */
function pepperOf({ pepper, shared }: { readonly pepper?: string; readonly shared?: SharedTier }): string {
  if (pepper === undefined && shared === undefined) return randomPepper();
  if (typeof pepper === 'string' && pepper.length >= MIN_PEPPER_LENGTH) return pepper;
  const allowed = `text of ${MIN_PEPPER_LENGTH} characters or more, the same in all processes`;
  throw AUTH_ERRORS.create('MILLRACE_AUTH_OPTION_INVALID', { option: 'pepper', value: 'no such text', allowed });
}
