import { globOf, type KeyGlob } from '../key-glob.ts';
import type { LogEntry } from './log-source.ts';

const MAX_ENTRIES = 10_000;

/** Who waits for entries to be acknowledged. */
export interface Waiter {
  /** Resolves when all of them are. */
  readonly settled: Promise<void>;
  /** Waits no longer: nothing of the waiter is kept. */
  leave(): void;
}

/** An entry that waits, and who waits for it. Once it is being sent, a later one of the same name is another. */
export interface PendingEntry {
  readonly entry: LogEntry;
  readonly done: Set<() => void>;
  isSent: boolean;
}

/**
 * Invalidations that this process holds to and the log has not acknowledged: coalesced by what they name, bounded, and
 * asked about before anything that others wrote is believed. Past the bound they become one that names everything.
 */
export class PendingInvalidations {
  readonly #maxEntries: number;
  readonly #keys = new Map<string, PendingEntry>();
  readonly #tags = new Map<string, PendingEntry>();
  /** Of the tags that stand for a pattern of keys. */
  readonly #globs = new Map<string, KeyGlob>();
  #all: PendingEntry | undefined;

  constructor(maxEntries: number = MAX_ENTRIES) {
    this.#maxEntries = maxEntries;
  }

  get size(): number {
    return this.#keys.size + this.#tags.size + (this.#all === undefined ? 0 : 1);
  }

  /** What is asked for again while it is being sent is sent again: it may have been appended before. */
  add(entries: readonly LogEntry[]): Waiter {
    const { promise, resolve } = Promise.withResolvers<void>();
    const left = new Set<() => void>();
    if (entries.length === 0) resolve();
    const waited = entries.map((entry) => {
      // One for each entry, for several may come to wait with one, and each counts once.
      const done = (): void => {
        if (left.delete(done) && left.size === 0) resolve();
      };
      left.add(done);
      return { pending: this.#put(entry, done), done };
    });
    if (this.size > this.#maxEntries) this.#becomeAll();
    const leave = (): void => {
      for (const { pending, done } of waited) {
        pending.done.delete(done);
        this.#all?.done.delete(done);
      }
    };
    return { settled: promise, leave };
  }

  /** The next to be sent, at most `limit`. */
  batch(limit: number): readonly PendingEntry[] {
    const batch: PendingEntry[] = [];
    for (const waiting of [this.#keys, this.#tags]) {
      for (const pending of waiting.values()) if (batch.length < limit) batch.push(pending);
    }
    if (this.#all !== undefined && batch.length < limit) batch.push(this.#all);
    for (const pending of batch) pending.isSent = true;
    return batch;
  }

  /** Removes what was sent, except what has been asked for again since, and tells who waits. */
  settle(batch: readonly PendingEntry[]): void {
    for (const pending of batch) {
      this.#remove(pending);
      for (const done of pending.done) done();
    }
  }

  /** What was sent did not arrive, or nobody knows: it waits on, with who waits for it. */
  fail(batch: readonly PendingEntry[]): void {
    for (const pending of batch) {
      pending.isSent = false;
      const { entry } = pending;
      const later = entry.kind === 'all' ? this.#all : this.#mapOf(entry).get(entry.name);
      const heir = later ?? this.#all;
      if (heir !== undefined && heir !== pending) for (const done of pending.done) heir.done.add(done);
    }
  }

  /** Whether something of `key` that carries `tags` would be made invalid by what waits. */
  covers(key: string, tags: readonly string[]): boolean {
    if (this.#all !== undefined || this.#keys.has(key)) return true;
    if (this.#tags.size === 0) return false;
    return tags.some((tag) => this.#tags.has(tag)) || this.#globs.values().some((glob) => glob.names(key));
  }

  #put(entry: LogEntry, done: () => void): PendingEntry {
    const before = entry.kind === 'all' ? this.#all : this.#mapOf(entry).get(entry.name);
    if (before !== undefined && !before.isSent) {
      before.done.add(done);
      return before;
    }
    const pending: PendingEntry = { entry, done: new Set([done]), isSent: false };
    if (entry.kind === 'all') this.#all = pending;
    else this.#mapOf(entry).set(entry.name, pending);
    const glob = globOf(entry);
    if (glob !== undefined && entry.kind === 'tag') this.#globs.set(entry.name, glob);
    return pending;
  }

  #becomeAll(): void {
    const all: PendingEntry = { entry: { kind: 'all' }, done: new Set(this.#all?.done), isSent: false };
    for (const waiting of [this.#keys, this.#tags]) {
      for (const pending of waiting.values()) for (const each of pending.done) all.done.add(each);
      waiting.clear();
    }
    this.#globs.clear();
    this.#all = all;
  }

  #remove(pending: PendingEntry): void {
    const { entry } = pending;
    if (entry.kind === 'all') {
      if (this.#all === pending) this.#all = undefined;
      return;
    }
    const waiting = this.#mapOf(entry);
    if (waiting.get(entry.name) !== pending) return;
    waiting.delete(entry.name);
    if (entry.kind === 'tag') this.#globs.delete(entry.name);
  }

  #mapOf(entry: { readonly kind: 'key' | 'tag' }): Map<string, PendingEntry> {
    return entry.kind === 'key' ? this.#keys : this.#tags;
  }
}
