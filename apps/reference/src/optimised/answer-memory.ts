import { type Cache, createCache } from 'millrace/cache';
import type { Clock } from 'millrace/core';
import type { AnswerMemory } from '../ports/index.ts';

/** What an upstream's answers are kept under, how many of them, and what they may take together. */
export interface AnswerMemoryOptions {
  readonly name: string;
  readonly maxAnswers: number;
  /** Default: no bound but their number. */
  readonly maxBytes?: number;
}

/** No jitter: the promise is one call a key and TTL, and a shorter life would make it two. */
export function createAnswerMemory(options: AnswerMemoryOptions, clock: Clock): AnswerMemory {
  const { name, maxAnswers, maxBytes = Infinity } = options;
  return new SizedMemory(
    createCache({ name, maxEntries: maxAnswers, eviction: 'lru', ttlJitter: 0, clock }),
    maxAnswers,
    maxBytes,
  );
}

/** Knows the size of each answer, in the order in which the cache would let them go. */
class SizedMemory implements AnswerMemory {
  readonly #cache: Cache;
  readonly #maxAnswers: number;
  readonly #maxBytes: number;
  readonly #sizes = new Map<string, number>();
  #held = 0;

  constructor(cache: Cache, maxAnswers: number, maxBytes: number) {
    this.#cache = cache;
    this.#maxAnswers = maxAnswers;
    this.#maxBytes = maxBytes;
  }

  get<T>(key: string): T | undefined {
    const answer = this.#cache.get<T>(key);
    const bytes = this.#forget(key);
    if (answer !== undefined) this.#note(key, bytes);
    return answer;
  }

  set<T>(key: string, answer: T, { ttlMs, bytes = 0 }: { readonly ttlMs: number; readonly bytes?: number }): void {
    this.#drop(key);
    if (bytes > this.#maxBytes) return;
    for (const oldest of this.#sizes.keys()) {
      if (this.#held + bytes <= this.#maxBytes && this.#sizes.size < this.#maxAnswers) break;
      this.#drop(oldest);
    }
    void this.#cache.set(key, answer, { ttlMs });
    this.#note(key, bytes);
  }

  close(): Promise<void> {
    return this.#cache.close();
  }

  #note(key: string, bytes: number): void {
    this.#sizes.set(key, bytes);
    this.#held += bytes;
  }

  #forget(key: string): number {
    const bytes = this.#sizes.get(key) ?? 0;
    this.#sizes.delete(key);
    this.#held -= bytes;
    return bytes;
  }

  #drop(key: string): void {
    this.#forget(key);
    void this.#cache.delete(key);
  }
}
