import { createTokenCheck } from 'millrace/auth';
import { type Clock, MillraceError } from 'millrace/core';
import type { Counters } from '../counters.ts';
import type { Accounts, Identities, Identity } from '../ports/index.ts';
import { sessionEnded, tokenRefused } from '../problem.ts';
import type { Claims, Tokens } from '../tokens.ts';

const MAX_IDENTITIES = 100_000;
const IDENTITY_TTL_MS = 300_000;

/** Verifies every token, and asks the database only for sessions that this process does not know yet. */
export function createCachedIdentities(
  tokens: Tokens,
  accounts: Accounts,
  counters: Counters,
  clock: Clock,
): Identities {
  const tokenCheck = createTokenCheck<Claims, Identity>({
    verify: (token) => tokens.verify(token),
    loadIdentity(claims) {
      counters.add('identityQueries');
      return accounts.loadIdentity(claims.jti, Number(claims.sub));
    },
    maxEntries: MAX_IDENTITIES,
    ttlMs: IDENTITY_TTL_MS,
    clock,
  });
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
    forgetToken: (token) => tokenCheck.revoke(token),
    forgetUser: (userId, keptToken) => tokenCheck.revokeSubject(String(userId), { except: keptToken }),
    close: () => tokenCheck.close(),
  };
}

/** Says what the other mode says. */
function refuse(error: unknown): never {
  if (!(error instanceof MillraceError) || error.status !== 401) throw error;
  throw error.code === 'MILLRACE_AUTH_IDENTITY_UNKNOWN' ? sessionEnded() : tokenRefused();
}
