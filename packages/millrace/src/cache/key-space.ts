import type { CacheInvalidateSignal } from '../signals/index.ts';
import type { CacheView, LoadFunction, LoadManyFunction } from './cache.ts';
import { type CacheKey, decodeKey, encodeKey } from './cache-key.ts';
import { checkNumber } from './cache-options.ts';
import { encodeTag, splitNamespace } from './cache-tag.ts';
import { type EntryOptions, type EntryPlan, toEntryPlan } from './entry-options.ts';
import { type Gathering, loadMany } from './load-many.ts';
import type { LoadRequest } from './loads.ts';
import type { LogEntry } from './log/index.ts';

/** What holds the values behind the views of a cache. Keys and tags are encoded ones. */
export interface Tiers {
  readonly name: string;
  readonly gathering: Gathering;
  get(key: string): unknown;
  peek(key: string): unknown;
  /** @param plan what the options are laid over, where they are looked at: on a miss */
  getOrSet(key: string, load: LoadRequest['load'], options: EntryOptions | undefined, plan: EntryPlan): unknown;
  /** @param plan what a value that is found has in memory */
  find(key: string, plan: EntryPlan): unknown;
  set(key: string, value: unknown, plan: EntryPlan): Promise<void>;
  /** Keys in memory, those that are asked for most first. */
  hottest(): Iterable<string>;
  /** @param named what the signal says */
  invalidate(entries: readonly LogEntry[], named: CacheInvalidateSignal['outcome']): Promise<void>;
}

const MOST_HOT_KEYS = 1_000;
const MAX_HOT_KEYS = 10_000_000;

/** The keys of a cache, or of one of its namespaces. See {@link CacheView}. */
export class KeySpace implements CacheView {
  readonly name: string;
  protected readonly tiers: Tiers;
  /** Before every key; empty for the cache itself. */
  readonly #prefix: string;
  readonly #plan: EntryPlan;

  /** @param plan what an entry has unless it has something of its own */
  constructor(name: string, tiers: Tiers, prefix: string, plan: EntryPlan) {
    this.name = name;
    this.tiers = tiers;
    this.#prefix = prefix;
    this.#plan = plan;
  }

  get<T>(key: CacheKey): T | undefined {
    return this.tiers.get(this.#nameOf(key)) as T | undefined;
  }

  peek<T>(key: CacheKey): T | undefined {
    return this.tiers.peek(this.#nameOf(key)) as T | undefined;
  }

  getMany<T>(keys: readonly CacheKey[]): readonly (T | undefined)[] {
    return keys.map((key) => this.get<T>(key));
  }

  find<T>(key: CacheKey): T | undefined | Promise<T | undefined> {
    return this.tiers.find(this.#nameOf(key), this.#plan) as T | undefined | Promise<T | undefined>;
  }

  async findMany<T>(keys: readonly CacheKey[]): Promise<readonly (T | undefined)[]> {
    return Promise.all(keys.map((key) => this.find<T>(key)));
  }

  getOrSet<T>(key: CacheKey, load: LoadFunction<T>, options?: EntryOptions): T | Promise<T> {
    return this.tiers.getOrSet(this.#nameOf(key), load, options, this.#plan) as T | Promise<T>;
  }

  loadMany<T>(
    keys: readonly CacheKey[],
    load: LoadManyFunction<T>,
    options?: EntryOptions,
  ): Promise<readonly (T | undefined)[]> {
    return loadMany<T>(keys, (key, loadOne) => this.getOrSet(key, loadOne, options), load, this.tiers.gathering);
  }

  wrap<Given extends readonly unknown[], T>(
    load: (...given: Given) => Promise<T>,
    key: (...given: Given) => CacheKey,
    options?: EntryOptions,
  ): (...given: Given) => T | Promise<T> {
    return (...given) => this.getOrSet(key(...given), () => load(...given), options);
  }

  set<T>(key: CacheKey, value: T, options?: EntryOptions): Promise<void> {
    return this.tiers.set(this.#nameOf(key), value, toEntryPlan(options, this.#plan));
  }

  delete(key: CacheKey): Promise<void> {
    return this.tiers.invalidate([{ kind: 'key', name: this.#nameOf(key) }], 'key');
  }

  invalidateTags(tags: readonly string[]): Promise<void> {
    return this.tiers.invalidate(
      tags.map((tag) => ({ kind: 'tag', name: encodeTag(tag) })),
      'tags',
    );
  }

  hotKeys(limit: number = MOST_HOT_KEYS): readonly CacheKey[] {
    checkNumber('limit', limit, 0, MAX_HOT_KEYS);
    const keys: CacheKey[] = [];
    for (const name of this.tiers.hottest()) {
      if (keys.length >= limit) break;
      const key = this.#keyOf(name);
      if (key !== undefined) keys.push(key);
    }
    return keys;
  }

  clear(): Promise<void> {
    const { scope } = this.#plan;
    const entry: LogEntry = scope === undefined ? { kind: 'all' } : { kind: 'tag', name: scope };
    return this.tiers.invalidate([entry], 'all');
  }

  /** The key of a name; undefined when it is of another part of the cache. */
  #keyOf(name: string): CacheKey | undefined {
    if (this.#prefix === '') return splitNamespace(name) === undefined ? decodeKey(name) : undefined;
    return name.startsWith(this.#prefix) ? decodeKey(name.slice(this.#prefix.length)) : undefined;
  }

  #nameOf(key: CacheKey): string {
    const name = encodeKey(key);
    return this.#prefix === '' ? name : this.#prefix + name;
  }
}
