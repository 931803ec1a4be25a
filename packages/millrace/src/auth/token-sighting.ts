import type { TokenClaims } from './token-claims.ts';

/** What is kept of one token, here and in the shared tier. */
export interface Sighting<Identity> {
  readonly identity: Identity;
  readonly subject: string;
}

/**
 * Whether something was found that cannot have been kept for a token with these claims: another shape, or another subject.
 * The shared tier may hold what somebody else wrote, or moved there from another place.
 */
export function isForeign(found: unknown, { sub }: TokenClaims): boolean {
  if (found === undefined) return false;
  const { identity, subject } = (found ?? {}) as Partial<Sighting<unknown>>;
  return subject !== sub || typeof identity !== 'object' || identity === null;
}
