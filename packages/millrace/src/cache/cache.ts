import {
  type Clock,
  checkOptionNames,
  createRandom,
  type OptionNames,
  type Random,
  systemClock,
} from '../core/index.ts';
import { type CacheKey, encodeKey } from './cache-key.ts';
import { CACHE_OPTIONS, type CacheOptions, checkName, checkNumber } from './cache-options.ts';
import { reportGet, reportInvalidate, reportLoad } from './cache-signals.ts';
import { Entries } from './entries.ts';
import { CACHE_ERRORS } from './errors.ts';
import { Flights, type LoadContext } from './flights.ts';

const NO_TAGS: readonly string[] = Object.freeze([]);
const MAX_TTL_MS = 365 * 86_400_000;

/** What one value may have of its own. */
export interface EntryOptions {
  /** In place of the cache's `ttlMs`, jittered alike. 0 means: do not store. At most one year. */
  readonly ttlMs?: number;
  /** Labels by which {@link Cache.invalidateTags} finds the value. Default none. */
  readonly tags?: readonly string[];
}

/** Counts since the cache was made; `entries` and `loading` are as of now. */
export interface CacheStats {
  /** Reads answered from memory. */
  readonly hits: number;
  /** Reads that found nothing, loads and joins included. */
  readonly misses: number;
  /** Loader runs started. */
  readonly loads: number;
  /** Reads that waited for a load another caller had started. */
  readonly joins: number;
  /** Loads that threw, were late or were aborted. */
  readonly failures: number;
  /** Values pushed out to keep `maxEntries`. */
  readonly evictions: number;
  /** Values dropped, and loads barred from storing, by `delete`, `invalidateTags` and `clear`. */
  readonly invalidations: number;
  /** Values held, expired ones not yet noticed included. */
  readonly entries: number;
  /** Loads in flight. */
  readonly loading: number;
}

/**
 * Values in this process's memory. A value is stored as it is and handed to every caller as the same object,
 * neither copied nor frozen: treat what you get as read-only, or freeze what your loader returns.
 * `null`, `false`, `0` and `''` are values; `undefined` means "nothing" and is never stored.
 */
export interface Cache extends AsyncDisposable {
  readonly name: string;
  /** The stored value, or undefined. Never waits and never joins a load. */
  get<T>(key: CacheKey): T | undefined;
  /**
   * The stored value, at once and without a promise; else the answer of `load`, which runs once however many
   * ask meanwhile. What `load` throws goes to all who wait and is not stored. Give the same `tags` and `ttlMs`
   * wherever one key is read: those of the caller who starts the load count.
   *
   * Never stores what a load read before an invalidation of its key or tags, and never answers a caller with
   * a load that was started before an invalidation which that caller came after.
   * @throws `MILLRACE_CACHE_LOAD_TIMEOUT`, `MILLRACE_CACHE_LOADS_FULL`, `MILLRACE_CACHE_KEY_INVALID`, `MILLRACE_CACHE_CLOSED`.
   */
  getOrSet<T>(key: CacheKey, load: (context: LoadContext) => Promise<T> | T, options?: EntryOptions): T | Promise<T>;
  /**
   * Stores a value you have at hand, and bars a load of `key` that is in flight from replacing it. What you read
   * before somebody else's invalidation must not be stored this way: use {@link getOrSet}, which notices.
   */
  set<T>(key: CacheKey, value: T, options?: EntryOptions): void;
  /** Forgets `key`, in memory and in flight. */
  delete(key: CacheKey): void;
  /** Forgets everything that carries one of `tags`, in memory and in flight. */
  invalidateTags(tags: readonly string[]): void;
  /** Forgets everything, in memory and in flight. */
  clear(): void;
  stats(): CacheStats;
  /** Forgets everything and rejects all loads in flight with `MILLRACE_CACHE_CLOSED`. Afterwards reads find nothing. */
  close(): Promise<void>;
}

/**
 * Makes a cache in memory: bounded, with TTL, tags and single flight.
 * @throws `MILLRACE_CACHE_OPTION_INVALID`, `MILLRACE_CORE_OPTION_UNKNOWN`.
 * @example
 * const users = createCache({ name: 'users', maxEntries: 10_000, ttlMs: 300_000 });
 * const user = await users.getOrSet(['user', id], () => loadUser(id), { tags: [`user:${id}`] });
 * users.invalidateTags([`user:${id}`]); // after the commit that changed the row
 */
export function createCache(options: CacheOptions): Cache {
  return new MemoryCache(options);
}

const ENTRY_OPTIONS: OptionNames<EntryOptions> = { ttlMs: true, tags: true };

class MemoryCache implements Cache {
  readonly name: string;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #ttlMs: number;
  readonly #ttlJitter: number;
  readonly #maxLoads: number;
  readonly #entries: Entries;
  readonly #flights: Flights;
  #closed = false;
  #hits = 0;
  #misses = 0;
  #loads = 0;
  #joins = 0;
  #failures = 0;
  #invalidations = 0;

  constructor(options: CacheOptions) {
    checkOptionNames('createCache', options, CACHE_OPTIONS);
    this.name = checkName(options.name);
    this.#ttlMs = checkNumber('ttlMs', options.ttlMs ?? 60_000, Number.MIN_VALUE, MAX_TTL_MS, true);
    this.#ttlJitter = checkNumber('ttlJitter', options.ttlJitter ?? 0.1, 0, 0.5, true);
    this.#maxLoads = checkNumber('maxLoads', options.maxLoads ?? 1_000, 1, 1_000_000);
    this.#clock = options.clock ?? systemClock;
    this.#random = options.random ?? createRandom(Math.floor(Math.random() * 0x1_0000_0000));
    this.#entries = new Entries(checkNumber('maxEntries', options.maxEntries ?? 1_000, 1, 10_000_000));
    const timeoutMs = checkNumber('loadTimeoutMs', options.loadTimeoutMs ?? 10_000, 1, 600_000);
    this.#flights = new Flights(this.#clock, timeoutMs, () =>
      CACHE_ERRORS.create('MILLRACE_CACHE_LOAD_TIMEOUT', { cache: this.name, timeoutMs }),
    );
  }

  get<T>(key: CacheKey): T | undefined {
    const name = encodeKey(key);
    const value = this.#read(name);
    if (value === undefined) reportGet(this.name, name, 'miss');
    return value as T | undefined;
  }

  getOrSet<T>(key: CacheKey, load: (context: LoadContext) => Promise<T> | T, options?: EntryOptions): T | Promise<T> {
    const name = encodeKey(key);
    const value = this.#read(name);
    if (value !== undefined) return value as T;
    const joined = this.#flights.join(name);
    if (joined !== undefined) {
      this.#joins++;
      reportGet(this.name, name, 'join');
      return joined as Promise<T>;
    }
    reportGet(this.name, name, 'miss');
    return this.#load(name, load, options);
  }

  set<T>(key: CacheKey, value: T, options?: EntryOptions): void {
    const name = encodeKey(key);
    const ttlMs = this.#ttlOf(options);
    this.#flights.detach(name);
    this.#store(name, value, tagsOf(options), ttlMs);
  }

  delete(key: CacheKey): void {
    const name = encodeKey(key);
    const barred = this.#flights.detach(name);
    this.#invalidated('key', [name], this.#entries.delete(name), barred);
  }

  invalidateTags(tags: readonly string[]): void {
    const barred = this.#flights.detachTagged(new Set(tags));
    let dropped = 0;
    for (const tag of tags) dropped += this.#entries.deleteTagged(tag);
    this.#invalidated('tags', tags, dropped, barred);
  }

  clear(): void {
    const barred = this.#flights.detachAll();
    this.#invalidated('all', [], this.#entries.clear(), barred);
  }

  stats(): CacheStats {
    return {
      hits: this.#hits,
      misses: this.#misses,
      loads: this.#loads,
      joins: this.#joins,
      failures: this.#failures,
      evictions: this.#entries.evictions,
      invalidations: this.#invalidations,
      entries: this.#entries.size,
      loading: this.#flights.size,
    };
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#entries.clear();
    this.#flights.abortAll(this.#closedError());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #read(key: string): unknown {
    const entry = this.#entries.get(key, this.#clock.now());
    if (entry === undefined) {
      this.#misses++;
      return undefined;
    }
    this.#hits++;
    reportGet(this.name, key, 'hit');
    return entry.value;
  }

  #load<T>(
    key: string,
    load: (context: LoadContext) => Promise<T> | T,
    options: EntryOptions | undefined,
  ): T | Promise<T> {
    if (this.#closed) throw this.#closedError();
    const ttlMs = this.#ttlOf(options);
    if (this.#flights.size >= this.#maxLoads) {
      reportLoad(this.name, key, 'refused', 0);
      throw CACHE_ERRORS.create('MILLRACE_CACHE_LOADS_FULL', { cache: this.name, limit: this.#maxLoads });
    }
    this.#loads++;
    const tags = tagsOf(options);
    const startedAt = this.#clock.now();
    const report = (outcome: 'stored' | 'discarded' | 'failed' | 'timeout'): void =>
      reportLoad(this.name, key, outcome, this.#clock.now() - startedAt);
    return this.#flights.start({
      key,
      tags,
      load,
      landed: (value, current) => {
        const stored = current && this.#store(key, value, tags, ttlMs);
        report(stored ? 'stored' : 'discarded');
      },
      failed: (_error, late) => {
        this.#failures++;
        report(late ? 'timeout' : 'failed');
      },
    }) as T | Promise<T>;
  }

  /** Puts the value in place of what there was; false when it is not one to keep. */
  #store(key: string, value: unknown, tags: readonly string[], ttlMs: number): boolean {
    this.#entries.delete(key);
    if (this.#closed || value === undefined || ttlMs === 0) return false;
    const spread = 1 + this.#ttlJitter * (2 * this.#random.next() - 1);
    this.#entries.put({ key, value, tags, expiresAt: this.#clock.now() + ttlMs * spread });
    return true;
  }

  #invalidated(named: 'key' | 'tags' | 'all', names: readonly string[], dropped: number, barred: number): void {
    this.#invalidations += dropped + barred;
    reportInvalidate(this.name, named, names, dropped, barred);
  }

  #ttlOf(options: EntryOptions | undefined): number {
    if (options !== undefined) checkOptionNames('a cache entry', options, ENTRY_OPTIONS);
    return options?.ttlMs === undefined ? this.#ttlMs : checkNumber('ttlMs', options.ttlMs, 0, MAX_TTL_MS, true);
  }

  #closedError(): Error {
    return CACHE_ERRORS.create('MILLRACE_CACHE_CLOSED', { cache: this.name });
  }
}

/** A copy, for the index of tags must find what it filed. */
function tagsOf(options: EntryOptions | undefined): readonly string[] {
  return options?.tags === undefined || options.tags.length === 0 ? NO_TAGS : [...options.tags];
}
