import type { CacheKey } from './cache-key.ts';
import type { CacheOptions } from './cache-options.ts';
import type { PatternStats } from './cache-statistics.ts';
import type { EntryOptions } from './entry-options.ts';
import type { LoadContext } from './origin.ts';
import { RootCache } from './root-cache.ts';
import { TieredCache } from './tiered-cache.ts';

/** Counts since the cache was made; `entries`, `bytes`, `loading` and `pending` are as of now. */
export interface CacheStats extends PatternStats {
  /** Loader runs started. */
  readonly loads: number;
  /** Loads that threw, were late or were aborted. */
  readonly failures: number;
  /** Values pushed out to keep the bounds of memory. */
  readonly evictions: number;
  /** Values dropped, and loads barred from storing, by `delete`, `invalidateTags` and `clear`, here or elsewhere. */
  readonly invalidations: number;
  /** Values held in memory, expired ones not yet noticed included. */
  readonly entries: number;
  /** Bytes held, with `maxBytes`; else 0. */
  readonly bytes: number;
  /** Loads in flight. */
  readonly loading: number;
  /** Invalidations that the shared log has not acknowledged. */
  readonly pending: number;
  /** How often everything was doubted, because the shared log lost something. */
  readonly resets: number;
  /** Whether the shared tier is asked: `none` without one, `open` while it is given a rest, `away` while the log is not followed. */
  readonly shared: 'none' | 'used' | 'open' | 'away';
  /** The same counts by key pattern. */
  readonly patterns: Readonly<Record<string, PatternStats>>;
}

/** Loads one value. */
export type LoadFunction<T> = (context: LoadContext<T>) => Promise<T> | T;

/** Loads several values at once: an answer for each key, in their order; undefined where there is none. */
export type LoadManyFunction<T> = (
  keys: readonly CacheKey[],
  context: { readonly signal: AbortSignal },
) => Promise<readonly (T | undefined)[]>;

/** The keys of a cache, or of one of its namespaces: all that is done with values. */
export interface CacheView {
  /** Of the cache, or of the namespace. */
  readonly name: string;
  /** The value in memory, or undefined. Never waits and never joins a load. */
  get<T>(key: CacheKey): T | undefined;
  /** The same, without being counted as a use. */
  peek<T>(key: CacheKey): T | undefined;
  /** {@link get} of each, in their order. */
  getMany<T>(keys: readonly CacheKey[]): readonly (T | undefined)[];
  /**
   * The value in memory, at once and without a promise; else what another process stored, which memory keeps then; else
   * undefined. Never loads and never waits for a load; undefined too while the shared tier cannot be asked.
   */
  find<T>(key: CacheKey): T | undefined | Promise<T | undefined>;
  /** The same for many keys, with one question for those that are not in memory. */
  findMany<T>(keys: readonly CacheKey[]): Promise<readonly (T | undefined)[]>;
  /**
   * The value in memory, at once and without a promise; else what another process stored; else the answer of `load`,
   * which runs once however many ask meanwhile, here or in the other processes. What `load` throws goes to all who wait
   * and is not stored. Give the same options wherever one key is read: those of the caller who starts the load count.
   *
   * Never stores what a load read before an invalidation of its key or tags, and never answers a caller with
   * a load that was started before an invalidation which that caller came after.
   * @throws `MILLRACE_CACHE_LOAD_TIMEOUT`, `MILLRACE_CACHE_LOADS_FULL`, `MILLRACE_CACHE_ORIGIN_FAILING`, `MILLRACE_CACHE_KEY_INVALID`, `MILLRACE_CACHE_CLOSED`.
   */
  getOrSet<T>(key: CacheKey, load: LoadFunction<T>, options?: EntryOptions): T | Promise<T>;
  /** The same for many keys: what is nowhere is loaded by one call of `load` with all of it. */
  loadMany<T>(
    keys: readonly CacheKey[],
    load: LoadManyFunction<T>,
    options?: EntryOptions,
  ): Promise<readonly (T | undefined)[]>;
  /** The function with its answers cached, under a key made of its arguments. */
  wrap<Given extends readonly unknown[], T>(
    load: (...given: Given) => Promise<T>,
    key: (...given: Given) => CacheKey,
    options?: EntryOptions,
  ): (...given: Given) => T | Promise<T>;
  /**
   * Stores a value you have at hand in this process's memory, at once, and bars loads of `key` that are in flight from
   * replacing it; else as {@link delete}, so that the other processes load anew. What you read before somebody else's
   * invalidation must not be stored this way: use {@link getOrSet}, which notices.
   */
  set<T>(key: CacheKey, value: T, options?: EntryOptions): Promise<void>;
  /**
   * Forgets `key`, in memory and in flight, before it returns; the promise ends when the shared log has acknowledged it.
   * @throws `MILLRACE_CACHE_INVALIDATION_PENDING` (rejects): it counts here, and elsewhere as soon as the log can be reached.
   */
  delete(key: CacheKey): Promise<void>;
  /** Forgets everything that carries one of `tags`; else as {@link delete}. */
  invalidateTags(tags: readonly string[]): Promise<void>;
  /**
   * Keys of what is in memory, those that are asked for most first as far as the eviction policy knows, which counts anyway:
   * the bounded record of accesses that {@link createWarmUp} takes after a restart. Looks at all of memory.
   * @param limit most of them; 0 to 10,000,000, default 1,000
   */
  hotKeys(limit?: number): readonly CacheKey[];
  /** Forgets everything, in a namespace everything in it; else as {@link delete}. */
  clear(): Promise<void>;
}

/**
 * Values kept in this process's memory and, with a shared tier, where other processes find them. A value in memory is
 * handed to every caller as the same object, neither copied nor frozen unless `sharing` says so: treat what you get as
 * read-only. `null`, `false`, `0` and `''` are values; `undefined` means "nothing" and is never stored.
 *
 * What is promised of age: no answer is older than an invalidation that this process has acknowledged before the question;
 * one that another process acknowledged counts here when it has come through the log; while the log cannot be reached,
 * nothing is given that was loaded longer ago than `maxStalenessMs`, save under `staleIfErrorMs`.
 */
export interface Cache extends CacheView, AsyncDisposable {
  /**
   * A part of the cache with keys of its own, which no key of another part meets, and `defaults` of its own over the
   * cache's. Memory, bounds, log and statistics are the cache's. `clear()` forgets what is in the part alone, by one
   * invalidation however much that is. Tags are not of the part: they reach all that carry them, wherever that is.
   * Made anew at each call, and cheap: the same name is the same part.
   * @param name 1 to 64 letters, digits, `_`, `.` and `-`; stands in patterns and signals, so no user data
   * @throws `MILLRACE_CACHE_OPTION_INVALID`, `MILLRACE_CORE_OPTION_UNKNOWN`.
   */
  namespace(name: string, defaults?: EntryOptions): CacheView;
  /**
   * Forgets every key that a pattern names: `*` stands for anything, `?` for one character, a backslash before a character
   * for that one. Keys are as people read them: `user:42:*` names `['user', 42, 'keys']`, `reports/user:*` keys of the
   * namespace `reports`. Else as {@link delete}. For administration, not for each request: every process looks at all that
   * it holds, and a pattern is asked about at each read of a shared value.
   * @param pattern 1 to 256 characters
   * @throws `MILLRACE_CACHE_OPTION_INVALID`
   */
  invalidateMatching(pattern: string): Promise<void>;
  stats(): CacheStats;
  /**
   * How long ago at most, in milliseconds, an invalidation elsewhere may have been acknowledged that does not count here
   * yet; 0 without a shared tier, Infinity before its log was first reached.
   */
  stalenessMs(): number;
  /** Forgets what is in memory and rejects all loads in flight with `MILLRACE_CACHE_CLOSED`. Afterwards reads find nothing. */
  close(): Promise<void>;
}

/**
 * Makes a cache: bounded, with TTL, tags and single flight, in memory alone or shared with other processes.
 * @throws `MILLRACE_CACHE_OPTION_INVALID`, `MILLRACE_CORE_OPTION_UNKNOWN`.
 * @example
 * const users = createCache({ name: 'users', maxEntries: 10_000, ttlMs: 300_000 });
 * const user = await users.getOrSet(['user', id], () => loadUser(id), { tags: [`user:${id}`] });
 * await users.invalidateTags([`user:${id}`]); // after the commit that changed the row
 */
export function createCache(options: CacheOptions): Cache {
  return new RootCache(new TieredCache(options));
}
