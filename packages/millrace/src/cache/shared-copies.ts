import type { Clock, Random } from '../core/index.ts';
import { CACHE_ERRORS } from './errors.ts';
import { type LogEntry, type Place, PositionLog } from './log/index.ts';
import { type FoundValue, type SharedLoadPlan, SharedLoads, type SharedStore } from './shared/index.ts';
import type { SharedTier } from './shared-tier.ts';

/** What the cache is told; see {@link LogListener}. */
export interface SharedCopiesListener {
  readonly invalidated: (entry: LogEntry, position: number) => void;
  readonly reset: () => void;
  readonly proven: (at: number) => void;
}

/** What {@link SharedCopies} takes. */
export interface SharedCopiesOptions {
  readonly tier: SharedTier;
  readonly cache: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly retryAfterMs: number;
  readonly listener: SharedCopiesListener;
}

/** The part of a cache that other processes have too: the log of invalidations, the store, and loads through both. */
export class SharedCopies {
  readonly #log: PositionLog;
  readonly #store: SharedStore;
  readonly #loads: SharedLoads;

  constructor({ tier, cache, clock, random, retryAfterMs, listener }: SharedCopiesOptions) {
    const { store, log } = tier.open({ namespace: cache, clock });
    this.#store = store;
    this.#log = new PositionLog({
      source: log,
      clock,
      random,
      maxTags: tier.maxTags,
      maxStalenessMs: tier.maxStalenessMs,
      invalidateTimeoutMs: tier.invalidateTimeoutMs,
      pendingError: () => CACHE_ERRORS.create('MILLRACE_CACHE_INVALIDATION_PENDING', { cache }),
      listener: {
        ...listener,
        removeShared: (keys) => store.remove(keys),
      },
    });
    this.#loads = new SharedLoads({ store, log: this.#log, clock, renewMs: tier.renewMs, retryAfterMs });
  }

  /** Where a load that begins now stands. */
  get place(): Place | undefined {
    return this.#log.place;
  }

  get pending(): number {
    return this.#log.pending;
  }

  get state(): 'used' | 'open' | 'away' {
    if (!this.#log.trusted || !this.#store.ready) return 'away';
    return this.#loads.breaker === 'closed' ? 'used' : 'open';
  }

  load<T>(plan: SharedLoadPlan<T>): Promise<T> {
    return this.#loads.run(plan);
  }

  /** What another process stored, whether it counts or not; undefined too when nobody can be asked. */
  find(key: string, signal: AbortSignal): Promise<FoundValue | undefined> {
    return this.#loads.find(key, signal);
  }

  /** Whether what was found may be given now. */
  counts(key: string, { place, tags, ttlMs, ageMs }: FoundValue): boolean {
    return this.#log.trusted && ttlMs > ageMs && this.#log.counts(place, key, tags);
  }

  invalidate(entries: readonly LogEntry[]): Promise<void> {
    return this.#log.invalidate(entries);
  }

  async close(): Promise<void> {
    await this.#loads.close();
    await this.#log.close();
    await this.#store.close();
  }
}
