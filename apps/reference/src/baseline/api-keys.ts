import type { OpaqueTokens } from 'millrace/auth';
import type { Counters } from '../counters.ts';
import type { ApiKeys, KeyOwners } from '../ports/index.ts';
import { keyRefused } from '../problem.ts';

/** Asks the database who has the key, for every request. */
export function createApiKeysFromDatabase(kind: OpaqueTokens, owners: KeyOwners, counters: Counters): ApiKeys {
  return {
    async check(key) {
      const hashes = kind.hashesOf(key);
      if (hashes.length === 0) throw keyRefused();
      counters.add('identityQueries');
      const owner = await owners.find(hashes);
      if (!owner) throw keyRefused();
      return owner.identity;
    },
    revoked: async () => {},
    close: async () => {},
  };
}
