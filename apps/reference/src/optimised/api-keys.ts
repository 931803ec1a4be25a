import type { OpaqueTokens } from 'millrace/auth';
import { createCache } from 'millrace/cache';
import { type Clock, MillraceError } from 'millrace/core';
import type { Counters } from '../counters.ts';
import type { ApiKeys, Identity, KeyOwner, KeyOwners, SessionEnds } from '../ports/index.ts';
import { keyRefused } from '../problem.ts';

const MAX_OWNERS = 10_000;
/** So long an owner is known without a query. Well below the time for which an end is remembered. */
const OWNER_TTL_MS = 60_000;

/** What cached owners of API keys stand on. */
export interface ApiKeyParts {
  /** How keys are hashed. */
  readonly kind: OpaqueTokens;
  readonly owners: KeyOwners;
  /** Where every instance hears that a key was revoked. */
  readonly ends: SessionEnds;
  readonly counters: Counters;
  readonly clock: Clock;
}

interface Known {
  readonly owner: KeyOwner;
  /** By the wall clock, in milliseconds. */
  readonly askedAt: number;
}

/**
 * Asks the database once a minute for each key that is good, and what was revoked for each request. Nothing is kept of a
 * key that nobody has, so that made-up ones drive out nothing.
 */
export function createCachedApiKeys({ kind, owners, ends, counters, clock }: ApiKeyParts): ApiKeys {
  const cache = createCache({ name: 'api-keys', maxEntries: MAX_OWNERS, clock });
  const load = async (hashes: readonly string[]): Promise<Known> => {
    counters.add('identityQueries');
    const askedAt = clock.wallNow();
    const owner = await owners.find(hashes);
    if (!owner) throw keyRefused();
    return { owner, askedAt };
  };
  const admit = ({ owner, askedAt }: Known): Identity | Promise<Identity> => {
    if (owner.expiresAtMs <= clock.wallNow()) throw keyRefused();
    const late = ends.checkKey(owner.keyId, askedAt);
    return late === undefined ? owner.identity : late.then(() => owner.identity);
  };
  return {
    check(key) {
      const hashes = kind.hashesOf(key);
      const [name] = hashes;
      if (name === undefined) throw keyRefused();
      try {
        const known = cache.getOrSet(['owner', name], () => load(hashes), { ttlMs: OWNER_TTL_MS });
        if (known instanceof Promise) return known.then(admit).catch(refuse);
        const identity = admit(known);
        counters.add('identityHits');
        return identity instanceof Promise ? identity.catch(refuse) : identity;
      } catch (error) {
        return refuse(error);
      }
    },
    revoked: () => ends.caughtUp().catch(() => {}),
    close: () => cache.close(),
  };
}

/** Says what the other mode says of a key that was revoked. */
function refuse(error: unknown): never {
  throw error instanceof MillraceError && error.status === 401 ? keyRefused() : error;
}
