import type { Sealer } from 'millrace/auth';
import type { ProviderKeys, SealedProviderKeys } from '../ports/index.ts';

/** Seals what is stored, and opens it when a provider is asked: what is kept in between, in memory or in Redis, is sealed. */
export function createProviderKeys(stored: SealedProviderKeys, sealer: Sealer): ProviderKeys {
  return {
    async list(userId) {
      const keys = await stored.list(userId);
      return keys.map(({ provider, updatedAt }) => ({ provider, updatedAt }));
    },
    store: (userId, provider, key) =>
      stored.store(userId, provider, sealer.seal(key, placeOf(userId, provider)), sealer),
    remove: (userId, provider) => stored.remove(userId, provider),
    async open(userId) {
      const keys = await stored.list(userId);
      if (keys.length === 0) return undefined;
      return new Map(
        keys.map(({ provider, sealedKey }) => [provider, sealer.open(sealedKey, placeOf(userId, provider))]),
      );
    },
  };
}

/** A key that was copied to another user's row does not open there. */
export function placeOf(userId: number, provider: string): string {
  return `provider-key:${userId}:${provider}`;
}
