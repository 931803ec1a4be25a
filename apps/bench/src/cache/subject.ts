import { createCache, type EvictionPolicy } from 'millrace/cache';
import { createRandom } from 'millrace/core';

/** The cache that is measured, as far as it is measured here. */
export interface Subject {
  get(key: string): unknown;
  set(key: string, value: unknown): void;
}

/** How a subject is made. */
export interface SubjectOptions {
  readonly eviction: EvictionPolicy;
  /** Whether each value has one of a thousand tags; default not. */
  readonly isTagged?: boolean;
  /** Equal seeds, equal choices; default 1. */
  readonly seed?: number;
}

/** Longer than any run. */
const TTL_MS = 86_400_000;
const TAGS = Array.from({ length: 1_000 }, (_, at) => ({ tags: [`tag:${at}`] }));

/** A cache of `maxEntries` values with a time to live. */
export function createSubject(maxEntries: number, { eviction, isTagged = false, seed = 1 }: SubjectOptions): Subject {
  const cache = createCache({ name: 'subject', maxEntries, eviction, ttlMs: TTL_MS, random: createRandom(seed) });
  let put = 0;
  return {
    get: (key) => cache.get(key),
    set(key, value) {
      void cache.set(key, value, isTagged ? TAGS[put++ % TAGS.length] : undefined);
    },
  };
}
