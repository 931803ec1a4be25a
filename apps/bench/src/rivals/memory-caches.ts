import { createCache as createDedupe } from 'async-cache-dedupe';
import { BentoCache, bentostore } from 'bentocache';
import { memoryDriver } from 'bentocache/drivers/memory';
import { Cacheable } from 'cacheable';
import { LRUCache } from 'lru-cache';
import { createCache } from 'millrace/cache';

/** Loads what a cache has not. */
export type Load = (key: string) => Promise<number>;

/** A cache in the memory of one process, as far as the scenarios use one. All of its values carry {@link TAG}. */
export interface LoadingCache {
  read(key: string): Promise<unknown>;
  delete(key: string): Promise<unknown>;
  /** Absent where a cache has no tags. */
  invalidateTag?(): Promise<unknown>;
}

/** Makes a cache that loads with `load`. */
export type CreateLoadingCache = (load: Load) => LoadingCache;

/** Every cache under the name of its package, with a time to live that is longer than any scenario, and otherwise as it comes. */
export const MEMORY_CACHES = {
  millrace(load) {
    const cache = createCache({ name: 'rivals', ttlMs: TTL_MS, retryAfterMs: 1_000 });
    return {
      read: async (key) => cache.getOrSet(key, () => load(key), { tags: [TAG] }),
      delete: (key) => cache.delete(key),
      invalidateTag: () => cache.invalidateTags([TAG]),
    };
  },
  bentocache(load) {
    const memory = bentostore().useL1Layer(memoryDriver({}));
    const cache = new BentoCache({ default: 'memory', stores: { memory }, ttl: TTL_MS });
    return {
      read: (key) => cache.getOrSet({ key, factory: () => load(key), tags: [TAG] }),
      delete: (key) => cache.delete({ key }),
      invalidateTag: () => cache.deleteByTag({ tags: [TAG] }),
    };
  },
  cacheable(load) {
    const cache = new Cacheable({ ttl: TTL_MS });
    return {
      read: (key) => cache.getOrSet(key, () => load(key)),
      delete: (key) => cache.delete(key),
    };
  },
  'async-cache-dedupe'(load) {
    const storage = { type: 'memory', options: { size: 1_000, invalidation: true } } as const;
    const cache = createDedupe({ ttl: TTL_MS / 1_000, storage }).define('rows', { references: () => [TAG] }, load);
    return {
      read: (key) => cache.rows(key),
      delete: (key) => cache.clear('rows', key),
      invalidateTag: () => cache.invalidateAll([TAG]),
    };
  },
  'lru-cache'(load) {
    const cache = new LRUCache<string, number>({ max: 1_000, ttl: TTL_MS, fetchMethod: (key) => load(key) });
    return {
      read: (key) => cache.fetch(key),
      delete: async (key) => cache.delete(key),
    };
  },
} satisfies Readonly<Record<string, CreateLoadingCache>>;

const TAG = 'rows';
const TTL_MS = 600_000;
