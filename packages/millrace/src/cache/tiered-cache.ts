import { type Clock, checkOptionNames, createRandom, type Random, systemClock, withTimeout } from '../core/index.ts';
import type { Cache, CacheStats, LoadFunction, LoadManyFunction } from './cache.ts';
import { defaultPlan, loadBounds, memoryOptions } from './cache-bounds.ts';
import { type CacheKey, encodeKey } from './cache-key.ts';
import { CACHE_OPTIONS, type CacheOptions, checkName, checkNumber } from './cache-options.ts';
import { reportGet, reportInvalidate } from './cache-signals.ts';
import { CacheStatistics } from './cache-statistics.ts';
import { CoarseTime } from './coarse-time.ts';
import { type EntryOptions, type EntryPlan, toEntryPlan } from './entry-options.ts';
import { CACHE_ERRORS } from './errors.ts';
import { loadMany } from './load-many.ts';
import { type Joined, type Landed, type LoadRequest, Loads } from './loads.ts';
import type { LogEntry } from './log/index.ts';
import { Memory } from './memory/index.ts';
import { SharedCopies, type SharedCopiesListener } from './shared-copies.ts';
import { Trust } from './trust.ts';

const DONE: Promise<void> = Promise.resolve();
/** A refresh ahead of time is thought of when less than so many load times are left. */
const EARLY_LOADS = 10;
/** How many places of memory are looked at for dead values with each one stored. */
const SWEEP = 2;
/** How long the first missing key of a batch waits for the others to come back from the shared store. */
const GATHER_MS = 5;

/** A value past its TTL that may still be given. */
interface Fallback {
  readonly key: string;
  readonly value: unknown;
}

/** Memory, loads in flight, and what other processes share. See {@link Cache}. */
export class TieredCache implements Cache {
  readonly name: string;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #time: CoarseTime;
  readonly #defaults: EntryPlan;
  readonly #refreshBeta: number;
  readonly #memory: Memory;
  readonly #statistics = new CacheStatistics();
  readonly #trust: Trust;
  readonly #shared: SharedCopies | undefined;
  readonly #loads: Loads;
  #closing: Promise<void> | undefined;
  /** Grows with each invalidation, here or elsewhere. */
  #changes = 0;
  #invalidations = 0;
  #resets = 0;

  constructor(options: CacheOptions) {
    checkOptionNames('createCache', options, CACHE_OPTIONS);
    const { shared: tier, clock = systemClock } = options;
    this.name = checkName(options.name);
    this.#clock = clock;
    this.#random = options.random ?? createRandom(Math.floor(Math.random() * 0x1_0000_0000));
    this.#time = new CoarseTime(clock);
    this.#defaults = defaultPlan(options);
    this.#refreshBeta = checkNumber('refreshBeta', options.refreshBeta ?? 0, 0, 10, true);
    this.#memory = new Memory(memoryOptions(options, this.#random));
    this.#trust = new Trust(tier?.maxStalenessMs ?? Infinity);
    const retryAfterMs = checkNumber('retryAfterMs', options.retryAfterMs ?? (tier ? 100 : 0), 0, 60_000, true);
    const common = { cache: this.name, clock, random: this.#random, retryAfterMs };
    this.#loads = new Loads({
      ...common,
      ...loadBounds(options),
      statistics: this.#statistics,
      changes: () => this.#changes,
      provenAt: () => this.#trust.provenAt,
      keep: (landed) => this.#keep(landed),
    });
    // Last, for it connects: whatever is wrong with the options has been said by now.
    this.#shared = tier && new SharedCopies({ ...common, tier, listener: this.#listener() });
    this.#loads.shared = this.#shared;
  }

  get<T>(key: CacheKey): T | undefined {
    const name = encodeKey(key);
    const slot = this.#memory.find(name);
    if (slot >= 0 && this.#isFresh(slot, this.#time.now())) return this.#hit(name, slot) as T;
    this.#missed(name);
    reportGet(this.name, name, 'miss');
    return undefined;
  }

  peek<T>(key: CacheKey): T | undefined {
    const slot = this.#memory.look(encodeKey(key));
    return slot >= 0 && this.#isFresh(slot, this.#time.now()) ? (this.#memory.valueAt(slot) as T) : undefined;
  }

  getOrSet<T>(key: CacheKey, load: LoadFunction<T>, options?: EntryOptions): T | Promise<T> {
    return this.#getOrSet(encodeKey(key), load, options) as T | Promise<T>;
  }

  loadMany<T>(
    keys: readonly CacheKey[],
    load: LoadManyFunction<T>,
    options?: EntryOptions,
  ): Promise<readonly (T | undefined)[]> {
    const gathering = { clock: this.#clock, gatherMs: this.#shared === undefined ? 0 : GATHER_MS };
    return loadMany<T>(keys, (key, loadOne) => this.getOrSet(key, loadOne, options), load, gathering);
  }

  wrap<Given extends readonly unknown[], T>(
    load: (...given: Given) => Promise<T>,
    key: (...given: Given) => CacheKey,
    options?: EntryOptions,
  ): (...given: Given) => T | Promise<T> {
    return (...given) => this.getOrSet(key(...given), () => load(...given), options);
  }

  set<T>(key: CacheKey, value: T, options?: EntryOptions): Promise<void> {
    const name = encodeKey(key);
    const plan = toEntryPlan(options, this.#defaults);
    const told = this.#invalidate([{ kind: 'key', name }], undefined);
    const { tags } = plan;
    const ttlMs = this.#loads.ttlOf(value, plan.ttlMs);
    const position = this.#shared?.place?.position ?? 0;
    this.#keep({ key: name, value, tags, plan, ttlMs, loadedAt: this.#clock.now(), position, loadMs: 0 });
    return told;
  }

  delete(key: CacheKey): Promise<void> {
    return this.#invalidate([{ kind: 'key', name: encodeKey(key) }], 'key');
  }

  invalidateTags(tags: readonly string[]): Promise<void> {
    return this.#invalidate(
      tags.map((name) => ({ kind: 'tag', name })),
      'tags',
    );
  }

  clear(): Promise<void> {
    return this.#invalidate([{ kind: 'all' }], 'all');
  }

  stats(): CacheStats {
    return {
      ...this.#statistics.totals(),
      loads: this.#loads.started,
      failures: this.#loads.failed,
      evictions: this.#memory.evictions,
      invalidations: this.#invalidations,
      entries: this.#memory.size,
      bytes: this.#memory.bytes,
      loading: this.#loads.size,
      pending: this.#shared?.pending ?? 0,
      resets: this.#resets,
      shared: this.#shared?.state ?? 'none',
      patterns: this.#statistics.byPattern(),
    };
  }

  stalenessMs(): number {
    return Math.max(0, this.#clock.now() - this.#trust.provenAt);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #close(): Promise<void> {
    this.#memory.clear();
    this.#loads.abortAll(this.#closedError());
    await this.#shared?.close();
  }

  #getOrSet(name: string, load: LoadRequest['load'], options: EntryOptions | undefined): unknown {
    const slot = this.#memory.find(name);
    if (slot < 0) {
      this.#missed(name);
      return this.#load(this.#requestOf(name, load, options, undefined), undefined);
    }
    const now = this.#time.now();
    if (!this.#isFresh(slot, now)) return this.#past(slot, name, load, options, now);
    const value = this.#hit(name, slot);
    if (this.#refreshBeta > 0 && this.#isDueEarly(slot, now)) {
      const minLeftMs = this.#memory.freshUntil(slot) - now;
      this.#refresh({ ...this.#requestOf(name, load, options, value), minLeftMs });
    }
    return value;
  }

  /** There is a value, but past its TTL or doubted. */
  #past(
    slot: number,
    name: string,
    load: LoadRequest['load'],
    options: EntryOptions | undefined,
    now: number,
  ): unknown {
    const memory = this.#memory;
    const request = this.#requestOf(name, load, options, memory.valueAt(slot));
    if (now < memory.staleUntil(slot) && memory.loadedAt(slot) > this.#trust.until(now)) {
      this.#statistics.count(memory.patternAt(slot), 'staleHits');
      const value = this.#hit(name, slot);
      this.#refresh(request);
      return value;
    }
    this.#missed(name);
    // A value may be doubted before its TTL ends; what was promised for errors is longer than that, or nothing.
    const mayFallBack = memory.errorUntil(slot) > memory.freshUntil(slot) && now < memory.errorUntil(slot);
    return this.#load(request, mayFallBack ? { key: name, value: request.previous } : undefined);
  }

  /** Loads anew behind the answer; what goes wrong is counted, and tried again by a later reader. */
  #refresh(request: LoadRequest): void {
    const { key } = request;
    if (this.#closing !== undefined || this.#loads.join(key) !== undefined) return;
    if (this.#loads.failureOf(key, this.#clock.now()) !== undefined) return;
    try {
      const answer = this.#loads.start(request);
      if (answer instanceof Promise) answer.catch(() => {});
    } catch {
      // As above.
    }
  }

  #load(request: LoadRequest, fallback: Fallback | undefined): unknown {
    if (this.#closing !== undefined) throw this.#closedError();
    const { key } = request;
    const joined = this.#loads.join(key);
    if (joined !== undefined) return this.#orFallback(this.#join(request, joined), request.plan, fallback);
    reportGet(this.name, key, 'miss');
    const failure = this.#loads.failureOf(key, this.#clock.now());
    try {
      if (failure !== undefined) throw failure.error;
      const answer = this.#loads.start(request);
      if (!(answer instanceof Promise)) return answer.value;
      return this.#orFallback(
        answer.then(({ value }) => value),
        request.plan,
        fallback,
      );
    } catch (error) {
      if (fallback === undefined) throw error;
      return this.#stale(fallback);
    }
  }

  /** Waits for another caller's load, unless what it brings turns out to be no answer to this question. */
  async #join(request: LoadRequest, joined: Joined): Promise<unknown> {
    const { key } = request;
    const changedSince = this.#changes !== joined.changes;
    this.#statistics.count(this.#statistics.numberOf(key), 'joins');
    reportGet(this.name, key, 'join');
    const answer = await joined.answer;
    if (!answer.alone && !(changedSince && answer.outdated)) return answer.value;
    const slot = this.#memory.look(key);
    if (slot >= 0 && this.#isFresh(slot, this.#clock.now())) return this.#memory.valueAt(slot);
    return this.#load(request, undefined);
  }

  /** An old value in place of a failure, or of a newer one that takes longer than `softTimeoutMs`. */
  async #orFallback(answer: Promise<unknown>, plan: EntryPlan, fallback: Fallback | undefined): Promise<unknown> {
    if (fallback === undefined) return answer;
    const { softTimeoutMs } = plan;
    try {
      return await (softTimeoutMs === Infinity ? answer : withTimeout(answer, softTimeoutMs, { clock: this.#clock }));
    } catch {
      return this.#stale(fallback);
    }
  }

  #stale({ key, value }: Fallback): unknown {
    this.#statistics.count(this.#statistics.numberOf(key), 'staleHits');
    return value;
  }

  #isFresh(slot: number, now: number): boolean {
    if (now >= this.#memory.freshUntil(slot)) return false;
    // Without others nothing is ever doubted.
    return this.#shared === undefined || this.#memory.loadedAt(slot) > this.#trust.until(now);
  }

  /** XFetch (Vattani, Chierichetti, Lowenstein, VLDB 2015): the nearer the end and the longer the load, the likelier. */
  #isDueEarly(slot: number, now: number): boolean {
    const leftMs = this.#memory.freshUntil(slot) - now;
    const loadMs = this.#memory.loadMs(slot) * this.#refreshBeta;
    return leftMs < loadMs * EARLY_LOADS && -loadMs * Math.log(1 - this.#random.next()) >= leftMs;
  }

  #hit(name: string, slot: number): unknown {
    const memory = this.#memory;
    const value = memory.valueAt(slot);
    this.#statistics.hit(memory.patternAt(slot), value, memory.loadMs(slot));
    reportGet(this.name, name, 'hit');
    return value;
  }

  #missed(name: string): void {
    this.#statistics.count(this.#statistics.numberOf(name), 'misses');
  }

  #keep({ key, value, tags, plan, ttlMs, loadedAt, position, loadMs }: Landed): boolean {
    if (this.#closing !== undefined || value === undefined || ttlMs <= 0) {
      this.#memory.delete(key);
      return false;
    }
    const freshUntil = this.#clock.now() + ttlMs;
    const staleUntil = freshUntil + plan.staleWhileRevalidateMs;
    const errorUntil = freshUntil + plan.staleIfErrorMs;
    const pattern = this.#statistics.numberOf(key);
    const facts = { tags, loadedAt, position, freshUntil, staleUntil, errorUntil, loadMs, pattern };
    this.#memory.expire(this.#clock.now(), SWEEP);
    return this.#memory.put(key, value, facts);
  }

  /** Drops and bars at once, and tells the others. @param named what the signal says; undefined: no signal */
  #invalidate(entries: readonly LogEntry[], named: 'key' | 'tags' | 'all' | undefined): Promise<void> {
    this.#changes++;
    let dropped = 0;
    let barred = 0;
    for (const entry of entries) {
      barred += this.#loads.detach(entry, this.#changes);
      dropped += this.#drop(entry, Infinity);
    }
    if (named !== undefined) {
      this.#invalidations += dropped + barred;
      const names = entries.flatMap((entry) => (entry.kind === 'all' ? [] : [entry.name]));
      reportInvalidate(this.name, named, names, dropped, barred);
    }
    if (this.#shared === undefined || entries.length === 0 || this.#closing !== undefined) return DONE;
    const told = this.#shared.invalidate(entries);
    told.catch(() => {}); // It counts here; who wants to know whether it does elsewhere awaits it.
    return told;
  }

  #listener(): SharedCopiesListener {
    return {
      invalidated: (entry, position) => {
        this.#changes++;
        this.#invalidations += this.#loads.detach(entry, this.#changes) + this.#drop(entry, position);
      },
      reset: () => {
        this.#changes++;
        this.#resets++;
        this.#loads.detach({ kind: 'all' }, this.#changes);
        this.#trust.reset(this.#clock.now());
      },
      proven: (at) => this.#trust.proven(at),
    };
  }

  /** Drops what an entry names and was loaded below `position`. */
  #drop(entry: LogEntry, position: number): number {
    if (entry.kind === 'tag') return this.#memory.deleteTaggedBelow(entry.name, position);
    if (entry.kind === 'key') return this.#memory.deleteBelow(entry.name, position) ? 1 : 0;
    return position === Infinity ? this.#memory.clear() : this.#memory.clearBelow(position);
  }

  #requestOf(
    key: string,
    load: LoadRequest['load'],
    options: EntryOptions | undefined,
    previous: unknown,
  ): LoadRequest {
    return { key, load, plan: toEntryPlan(options, this.#defaults), previous, minLeftMs: 0 };
  }

  #closedError(): Error {
    return CACHE_ERRORS.create('MILLRACE_CACHE_CLOSED', { cache: this.name });
  }
}
