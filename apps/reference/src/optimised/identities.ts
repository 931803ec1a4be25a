import type { Counters } from '../counters.ts';
import type { Accounts } from '../ports/accounts.ts';
import type { Identities, Identity } from '../ports/identities.ts';
import { unauthorised } from '../problem.ts';
import type { Tokens } from '../tokens.ts';
import { createTokenCheck } from './stand-ins.ts';

/** Verifies every token, and asks the database only for sessions that this process does not know yet. */
export function createCachedIdentities(tokens: Tokens, accounts: Accounts, counters: Counters): Identities {
  const tokenCheck = createTokenCheck<Identity>({
    verify: (token) => tokens.verify(token),
    async loadIdentity(claims) {
      counters.add('identityQueries');
      const identity = await accounts.loadIdentity(claims.jti, Number(claims.sub));
      if (!identity) throw unauthorised('the session has ended');
      return identity;
    },
  });
  return {
    check(token) {
      const identity = tokenCheck.check(token);
      if (!(identity instanceof Promise)) {
        counters.add('identityHits');
        return identity;
      }
      return identity;
    },
    forgetToken: (token) => tokenCheck.revoke(token),
    forgetUser: (userId) => tokenCheck.revokeSubject(String(userId)),
    close: async () => tokenCheck.close(),
  };
}
