import type { Counters } from '../counters.ts';
import type { Accounts, Identities } from '../ports/index.ts';
import { sessionEnded } from '../problem.ts';
import type { Tokens } from '../tokens.ts';

/** Verifies the token and asks the database, for every request. */
export function createIdentitiesFromDatabase(tokens: Tokens, accounts: Accounts, counters: Counters): Identities {
  return {
    async check(token) {
      const claims = tokens.verify(token);
      counters.add('identityQueries');
      const identity = await accounts.loadIdentity(claims.jti, Number(claims.sub));
      if (!identity) throw sessionEnded();
      return identity;
    },
    forgetToken: async () => {},
    forgetUser: async () => {},
    ends: undefined,
    version: async () => undefined,
    sharing: () => undefined,
    close: async () => {},
  };
}
