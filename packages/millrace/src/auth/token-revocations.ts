import type { Cache } from '../cache/index.ts';
import type { RevocableClaims, Revocations } from './revocation/index.ts';
import type { TokenClaims } from './token-claims.ts';
import { keyIdOf } from './token-key-id.ts';

/** What a token check asks of revocations. */
export type CheckedRevocations = Pick<Revocations, 'check' | 'onRevoked'>;

/** Claims as revocations are asked about them. The key is the one that the verifier was told of, whatever the claims say. */
export function revocableOf(claims: TokenClaims, token: string): RevocableClaims {
  return { ...claims, kid: keyIdOf(token) };
}

/**
 * Forgets the identities of whoever's tokens are ended: what was loaded before goes, and a load in flight is not kept. A
 * revoked token is refused without it, on each check; so where other processes are told through a shared tier, only the
 * one that revoked does it. Returns how to stop.
 */
export function forgetRevoked(revocations: CheckedRevocations, cache: Cache, isShared: boolean): () => void {
  return revocations.onRevoked((revocation, isOwn) => {
    if (revocation.kind === 'key' || revocation.subject === undefined || (isShared && !isOwn)) return;
    cache.invalidateTags([revocation.subject]).catch(() => {}); // It is refused all the same.
  });
}
