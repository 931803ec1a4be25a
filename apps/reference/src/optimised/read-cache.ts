import { type Cache, type CacheKey, createCache, type SharedTier } from 'millrace/cache';
import type { Clock } from 'millrace/core';
import { DatabaseError } from 'pg';
import type { CacheSharing } from '../ports/index.ts';
import { ConnectionBroke, isConnectionEnd, Problem } from '../problem.ts';
import { sharingOf } from './cache-sharing.ts';
import { Doubts } from './doubts.ts';

const NAME = 'reads';
/** An invalidation is waited for while the log of the others was heard of within so long: else nobody can be told now. */
const HEARD_MS = 1_000;

/** What was read, until the next write to it. */
export interface ReadCache {
  /** The answer of `load`, or the one kept for its time. */
  getOrSet<T>(
    key: CacheKey,
    load: () => Promise<T>,
    options: { readonly ttlMs: number; readonly tags?: readonly string[] },
  ): T | Promise<T>;
  /** Forgets what has the tag once `write` is over, here and in the other instances. */
  write<T>(tag: string, write: Promise<T>): Promise<T>;
  /** Undefined in memory alone. */
  sharing(): CacheSharing | undefined;
  close(): Promise<void>;
}

/** What {@link createReadCache} takes. */
export interface ReadCacheOptions {
  readonly maxEntries: number;
  readonly clock: Clock;
  /** Default: none, this process alone. */
  readonly shared?: SharedTier | undefined;
  /** Default: that of the library. */
  readonly ttlJitter?: number;
}

/**
 * A write that failed may be stored all the same, now or in a moment: what has its tag is forgotten, and kept no more
 * until that can no longer happen. What the database refused, or was never sent, is no such failure.
 */
export function createReadCache({ shared, ...options }: ReadCacheOptions): ReadCache {
  const cache = createCache({ name: NAME, retryAfterMs: 0, ...options, ...(shared && { shared }) });
  const doubts = new Doubts(cache, options.clock);
  return {
    getOrSet(key, load, { ttlMs, tags = [] }) {
      return cache.getOrSet(key, load, { ttlMs: tags.some((tag) => doubts.has(tag)) ? 0 : ttlMs, tags });
    },
    async write(tag, write) {
      try {
        return await write;
      } catch (error) {
        if (!isRefusal(error)) doubts.add(tag);
        throw error;
      } finally {
        await tellOthers(cache, cache.invalidateTags([tag]));
      }
    },
    sharing: () => sharingOf(NAME, cache.stats()),
    async close() {
      doubts.close();
      await cache.close();
    },
  };
}

/** So that whoever reads through another instance after the answer sees the write; not while nobody can be told. */
async function tellOthers(cache: Cache, told: Promise<void>): Promise<void> {
  if (cache.stalenessMs() < HEARD_MS) await told.catch(() => {});
}

/** The database refused the write, or was never sent it. */
function isRefusal(error: unknown): boolean {
  if (error instanceof DatabaseError) return !isConnectionEnd(error);
  return error instanceof Problem && !(error instanceof ConnectionBroke);
}
