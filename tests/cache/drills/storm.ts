import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Cache } from 'millrace/cache';

/*
 * Reads and invalidations on several caches of one name, all the time, whatever becomes of their servers. Each row of the
 * origin has a version that only grows. What a cache may give is told by `floors`: what it invalidated itself, and what any
 * of them had acknowledged longer ago than the stated limit.
 */

const KEYS = 40;
const PACE_MS = 4;
/** Who joins a load gets what it read a moment before; and a busy machine is late. */
const MARGIN_MS = 100;
const TAGS = 5;

/** What came of it. */
export interface StormTally {
  reads: number;
  invalidations: number;
  acknowledged: number;
  pending: number;
  loads: number;
  /** What was given and must not have been. */
  readonly stale: string[];
  /** What a read failed with. */
  readonly failed: string[];
  worstReadMs: number;
  worstInvalidationMs: number;
}

/** A storm that goes on until it is stopped. */
export class Storm {
  readonly tally: StormTally = {
    ...{ reads: 0, invalidations: 0, acknowledged: 0, pending: 0, loads: 0 },
    ...{ stale: [], failed: [], worstReadMs: 0, worstInvalidationMs: 0 },
  };
  readonly #caches: readonly Cache[];
  readonly #maxStalenessMs: number;
  readonly #rows: number[] = Array(KEYS).fill(0);
  /** By cache and key: what it has invalidated itself. */
  readonly #floors: readonly number[][];
  /** By key: what somebody had acknowledged, and when. */
  readonly #told: { readonly at: number; readonly version: number }[][] = Array.from({ length: KEYS }, () => []);
  readonly #running = new Set<Promise<void>>();
  #loop: Promise<void> | undefined;
  #stopped = false;
  #count = 0;

  constructor(caches: readonly Cache[], maxStalenessMs: number) {
    this.#caches = caches;
    this.#maxStalenessMs = maxStalenessMs;
    this.#floors = caches.map(() => Array(KEYS).fill(0));
  }

  start(): void {
    this.#loop = (async () => {
      while (!this.#stopped) {
        this.#step();
        await sleep(PACE_MS);
      }
    })();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#loop;
    await Promise.all(this.#running);
  }

  /** When all is well: every cache gives every row as it is. */
  async check(caches: readonly Cache[] = this.#caches): Promise<void> {
    for (const [at, cache] of caches.entries()) {
      for (const [key, row] of this.#rows.entries()) {
        const seen = await cache.getOrSet(`${key}`, this.#loadOf(key), { tags: [`t${key % TAGS}`] });
        assert.equal(seen, row, `cache ${at}, key ${key}`);
      }
    }
  }

  #step(): void {
    const step = this.#count++;
    const at = step % this.#caches.length;
    const key = (step * 7) % KEYS;
    for (let each = 0; each < 4; each++)
      this.#start(this.#read((at + each) % this.#caches.length, (key + each) % KEYS));
    if (step % 3 === 0) this.#start(this.#invalidate(at, (step * 11) % KEYS, step % 9 === 0));
  }

  #start(work: Promise<void>): void {
    this.#running.add(work);
    void work.finally(() => this.#running.delete(work));
  }

  async #read(at: number, key: number): Promise<void> {
    const began = performance.now();
    const told = this.#told[key]?.findLast((each) => each.at < began - this.#maxStalenessMs - MARGIN_MS)?.version ?? 0;
    const floor = Math.max(this.#floors[at]?.[key] ?? 0, told);
    const cache = this.#caches[at];
    this.tally.reads++;
    try {
      const seen = await cache?.getOrSet(`${key}`, this.#loadOf(key), { tags: [`t${key % TAGS}`] });
      if ((seen ?? -1) < floor) this.tally.stale.push(`cache ${at}, key ${key}: ${seen}, at least ${floor}`);
    } catch (error) {
      this.tally.failed.push(String(error));
    }
    this.tally.worstReadMs = Math.max(this.tally.worstReadMs, performance.now() - began);
  }

  #loadOf(key: number): () => Promise<number> {
    return async () => {
      this.tally.loads++;
      const version = this.#rows[key] ?? 0;
      await sleep(1);
      return version;
    };
  }

  async #invalidate(at: number, key: number, byTag: boolean): Promise<void> {
    const keys = byTag
      ? this.#rows
          .keys()
          .filter((each) => each % TAGS === key % TAGS)
          .toArray()
      : [key];
    const versions = keys.map((each) => {
      const version = (this.#rows[each] ?? 0) + 1;
      this.#rows[each] = version;
      return [each, version] as const;
    });
    const began = performance.now();
    const cache = this.#caches[at] as Cache;
    const told = byTag ? cache.invalidateTags([`t${key % TAGS}`]) : cache.delete(`${key}`);
    const floors = this.#floors[at] as number[];
    for (const [each, version] of versions) floors[each] = Math.max(floors[each] ?? 0, version);
    this.tally.invalidations++;
    try {
      await told;
      this.tally.acknowledged++;
      const now = performance.now();
      for (const [each, version] of versions) this.#told[each]?.push({ at: now, version });
    } catch (error) {
      assert.equal((error as { code?: string }).code, 'MILLRACE_CACHE_INVALIDATION_PENDING');
      this.tally.pending++;
    }
    this.tally.worstInvalidationMs = Math.max(this.tally.worstInvalidationMs, performance.now() - began);
  }
}
