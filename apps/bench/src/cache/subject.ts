import { createCache, type EvictionPolicy } from 'millrace/cache';

/** The cache that is measured, as far as it is measured here. */
export interface Subject {
  get(key: string): unknown;
  set(key: string, value: unknown): void;
}

/** Longer than any run. */
const TTL_MS = 86_400_000;
const TAGS = Array.from({ length: 1_000 }, (_, at) => ({ tags: [`tag:${at}`] }));

/** A cache of `maxEntries` values with a time to live, each with one of a thousand tags where `isTagged`. */
export function createSubject(maxEntries: number, eviction: EvictionPolicy, isTagged = false): Subject {
  const cache = createCache({ name: 'subject', maxEntries, eviction, ttlMs: TTL_MS });
  let put = 0;
  return {
    get: (key) => cache.get(key),
    set(key, value) {
      void cache.set(key, value, isTagged ? TAGS[put++ % TAGS.length] : undefined);
    },
  };
}
