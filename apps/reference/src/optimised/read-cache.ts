import type { Cache, CacheKey } from 'millrace/cache';
import type { Clock } from 'millrace/core';
import { DatabaseError } from 'pg';
import { ConnectionBroke, isConnectionEnd, Problem } from '../problem.ts';

/**
 * How long a write whose answer was lost may still be stored: a statement ends after 30 s at the latest, and the clock
 * of the database counts from a moment later.
 */
const DOUBT_MS = 35_000;
/** Of so many tags at once each is told apart; beyond them all are in doubt. */
const MAX_DOUBTS = 10_000;

/** What was read, until the next write to it. */
export interface ReadCache {
  /** The answer of `load`, or the one kept for its time. */
  getOrSet<T>(
    key: CacheKey,
    load: () => Promise<T>,
    options: { readonly ttlMs: number; readonly tags?: readonly string[] },
  ): T | Promise<T>;
  /** Forgets what has the tag once `write` is over. */
  write<T>(tag: string, write: Promise<T>): Promise<T>;
}

/**
 * A write that failed may be stored all the same, now or in a moment: what has its tag is forgotten, and kept no more
 * until that can no longer happen. What the database refused, or was never sent, is no such failure.
 */
export function createReadCache(cache: Cache, clock: Clock): ReadCache {
  const doubts = new Doubts(clock);
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
        void cache.invalidateTags([tag]);
      }
    },
  };
}

/** The database refused the write, or was never sent it. */
function isRefusal(error: unknown): boolean {
  if (error instanceof DatabaseError) return !isConnectionEnd(error);
  return error instanceof Problem && !(error instanceof ConnectionBroke);
}

class Doubts {
  readonly #clock: Clock;
  /** Until when, the oldest first. */
  readonly #until = new Map<string, number>();
  #allUntil = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(tag: string): void {
    const now = this.#clock.now();
    for (const [old, until] of this.#until) {
      if (until > now) break;
      this.#until.delete(old);
    }
    this.#until.delete(tag);
    if (this.#until.size >= MAX_DOUBTS) this.#allUntil = now + DOUBT_MS;
    else this.#until.set(tag, now + DOUBT_MS);
  }

  has(tag: string): boolean {
    if (this.#until.size === 0 && this.#allUntil === 0) return false;
    return this.#clock.now() < Math.max(this.#allUntil, this.#until.get(tag) ?? 0);
  }
}
