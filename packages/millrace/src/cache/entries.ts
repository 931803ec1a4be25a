/** One stored value. */
export interface Entry {
  readonly key: string;
  readonly value: unknown;
  readonly tags: readonly string[];
  /** Monotonic time from which the value counts no more. */
  readonly expiresAt: number;
}

/** The stored values: bounded by count, the least recently used goes first, findable by tag. */
export class Entries {
  readonly #maxEntries: number;
  /** In order of use: the first is the least recently used. */
  readonly #byKey = new Map<string, Entry>();
  readonly #byTag = new Map<string, Set<Entry>>();
  #evictions = 0;

  constructor(maxEntries: number) {
    this.#maxEntries = maxEntries;
  }

  get size(): number {
    return this.#byKey.size;
  }

  /** Different tags of the entries held. */
  get tagCount(): number {
    return this.#byTag.size;
  }

  /** Entries pushed out so far to keep the bound. */
  get evictions(): number {
    return this.#evictions;
  }

  /** The live entry of `key`, now the most recently used; an expired one is dropped. */
  get(key: string, now: number): Entry | undefined {
    const entry = this.#byKey.get(key);
    if (entry === undefined) return undefined;
    if (now >= entry.expiresAt) {
      this.#remove(entry);
      return undefined;
    }
    this.#byKey.delete(key);
    this.#byKey.set(key, entry);
    return entry;
  }

  put(entry: Entry): void {
    this.delete(entry.key);
    if (this.#byKey.size >= this.#maxEntries) this.#evictOldest();
    this.#byKey.set(entry.key, entry);
    for (const tag of entry.tags) {
      const tagged = this.#byTag.get(tag);
      if (tagged === undefined) this.#byTag.set(tag, new Set([entry]));
      else tagged.add(entry);
    }
  }

  /** Drops the entry of `key`, expired or not; returns how many there were, 0 or 1. */
  delete(key: string): number {
    const entry = this.#byKey.get(key);
    if (entry === undefined) return 0;
    this.#remove(entry);
    return 1;
  }

  /** Drops all entries that carry `tag`; returns how many. */
  deleteTagged(tag: string): number {
    const tagged = this.#byTag.get(tag);
    if (tagged === undefined) return 0;
    const count = tagged.size;
    for (const entry of tagged) this.#remove(entry);
    return count;
  }

  /** Drops everything; returns how many. */
  clear(): number {
    const count = this.#byKey.size;
    this.#byKey.clear();
    this.#byTag.clear();
    return count;
  }

  #evictOldest(): void {
    const oldest = this.#byKey.values().next().value;
    if (oldest === undefined) return;
    this.#remove(oldest);
    this.#evictions++;
  }

  #remove(entry: Entry): void {
    this.#byKey.delete(entry.key);
    for (const tag of entry.tags) {
      const tagged = this.#byTag.get(tag);
      if (tagged === undefined) continue;
      tagged.delete(entry);
      if (tagged.size === 0) this.#byTag.delete(tag);
    }
  }
}
