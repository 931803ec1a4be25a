import { createTokenCheck } from 'millrace/auth';
import type { SharedTier } from 'millrace/cache';
import { type Clock, MillraceError } from 'millrace/core';
import type { Counters } from '../counters.ts';
import type { Accounts, Identities, Identity } from '../ports/index.ts';
import { sessionEnded, tokenRefused } from '../problem.ts';
import type { Claims, Tokens } from '../tokens.ts';
import { sharingOf } from './cache-sharing.ts';
import type { SessionRevocations } from './session-revocations.ts';

const NAME = 'token';
const MAX_IDENTITIES = 100_000;
const IDENTITY_TTL_MS = 300_000;

/** What cached identities stand on. */
export interface IdentityParts {
  readonly tokens: Tokens;
  readonly accounts: Accounts;
  readonly counters: Counters;
  readonly clock: Clock;
  /** Default: none, and what another instance ended is heard of through `shared` alone. */
  readonly ends?: SessionRevocations | undefined;
  /** Default: none, this process alone. */
  readonly shared?: SharedTier | undefined;
}

/** Verifies every token, and asks the database only for sessions that no instance knows yet. */
export function createCachedIdentities({ tokens, accounts, counters, clock, ends, shared }: IdentityParts): Identities {
  const tokenCheck = createTokenCheck<Claims, Identity>({
    name: NAME,
    verify: (token) => tokens.verify(token),
    pepper: tokens.pepper,
    loadIdentity(claims) {
      counters.add('identityQueries');
      return accounts.loadIdentity(claims.jti, Number(claims.sub));
    },
    maxEntries: MAX_IDENTITIES,
    ttlMs: IDENTITY_TTL_MS,
    ...(shared && { shared }),
    ...(ends && { revocations: ends.revocations }),
    clock,
  });
  // What was not acknowledged in time counts here, and elsewhere as soon as it can be told.
  const settled = (told: Promise<void>): Promise<void> => told.catch(() => {});
  return {
    check(token) {
      const startedAt = clock.now();
      try {
        const identity = tokenCheck.check(token);
        if (identity instanceof Promise) return identity.catch(refuse);
        counters.add('identityHits');
        counters.identityHitUs.record((clock.now() - startedAt) * 1000);
        return identity;
      } catch (error) {
        return refuse(error);
      }
    },
    forgetToken: (token) => settled(tokenCheck.revoke(token)),
    forgetUser: (userId, keptToken) => settled(tokenCheck.revokeSubject(String(userId), { except: keptToken })),
    ends,
    version: async () => ends?.version(),
    sharing: () => sharingOf(`auth.${NAME}`, tokenCheck.stats()),
    close: () => tokenCheck.close(),
  };
}

const ENDED: ReadonlySet<string> = new Set(['MILLRACE_AUTH_IDENTITY_UNKNOWN', 'MILLRACE_AUTH_TOKEN_REVOKED']);

/** Says what the other mode says. */
function refuse(error: unknown): never {
  if (!(error instanceof MillraceError) || error.status !== 401) throw error;
  throw ENDED.has(error.code) ? sessionEnded() : tokenRefused();
}
