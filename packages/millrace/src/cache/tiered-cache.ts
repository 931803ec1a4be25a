import { type Clock, checkOptionNames, createRandom, type Random, systemClock, withTimeout } from '../core/index.ts';
import type { CacheInvalidateSignal } from '../signals/index.ts';
import { AdaptiveTtls } from './adaptive-ttl.ts';
import type { CacheStats } from './cache.ts';
import { defaultPlan, loadBounds, memoryOptions } from './cache-bounds.ts';
import { CACHE_OPTIONS, type CacheOptions, checkChoice, checkName, checkNumber } from './cache-options.ts';
import { reportGet } from './cache-signals.ts';
import { CacheStatistics } from './cache-statistics.ts';
import { CoarseTime } from './coarse-time.ts';
import { type EntryOptions, type EntryPlan, toEntryPlan } from './entry-options.ts';
import { CACHE_ERRORS } from './errors.ts';
import { Finds } from './finds.ts';
import { Invalidations } from './invalidations.ts';
import type { Tiers } from './key-space.ts';
import type { Gathering } from './load-many.ts';
import { type Joined, type LoadRequest, Loads } from './loads.ts';
import type { LogEntry } from './log/index.ts';
import { Memory } from './memory/index.ts';
import type { Landed } from './promotion.ts';
import { SharedCopies } from './shared-copies.ts';
import { deepFreeze, SHARINGS, type Sharing } from './sharing.ts';
import { Trust } from './trust.ts';

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

/** Memory, loads in flight, and what other processes share, behind the views that are a cache. */
export class TieredCache implements Tiers {
  readonly name: string;
  readonly gathering: Gathering;
  /** What an entry has unless it has something of its own. */
  readonly plan: EntryPlan;
  readonly sharing: Sharing;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #time: CoarseTime;
  readonly #refreshBeta: number;
  readonly #memory: Memory;
  readonly #statistics = new CacheStatistics();
  readonly #trust: Trust;
  readonly #shared: SharedCopies | undefined;
  readonly #loads: Loads;
  readonly #finds: Finds;
  readonly #invalidations: Invalidations;
  #closing: Promise<void> | undefined;

  constructor(options: CacheOptions) {
    checkOptionNames('createCache', options, CACHE_OPTIONS);
    const { shared: tier, clock = systemClock } = options;
    this.name = checkName(options.name);
    this.#clock = clock;
    this.#random = options.random ?? createRandom(Math.floor(Math.random() * 0x1_0000_0000));
    this.#time = new CoarseTime(clock);
    this.plan = defaultPlan(options);
    this.sharing = checkChoice('sharing', options.sharing ?? 'reference', SHARINGS);
    this.#refreshBeta = checkNumber('refreshBeta', options.refreshBeta ?? 0, 0, 10, true);
    this.#memory = new Memory(memoryOptions(options, this.#random));
    this.#trust = new Trust(tier?.maxStalenessMs ?? Infinity);
    const retryAfterMs = checkNumber('retryAfterMs', options.retryAfterMs ?? (tier ? 100 : 0), 0, 60_000, true);
    const common = { cache: this.name, clock, random: this.#random, retryAfterMs };
    const adaptive = options.adaptiveTtl && new AdaptiveTtls(options.adaptiveTtl, this.#statistics);
    const landing = {
      ...common,
      adaptive,
      ...loadBounds(options),
      freezes: this.sharing === 'freeze',
      statistics: this.#statistics,
      provenAt: () => this.#trust.provenAt,
      keep: (landed: Landed) => this.#keep(landed),
    };
    this.#loads = new Loads({ ...landing, changes: () => this.#invalidations.changes });
    this.#finds = new Finds(landing);
    this.#invalidations = new Invalidations({
      ...common,
      adaptive,
      memory: this.#memory,
      loads: this.#loads,
      finds: this.#finds,
      trust: this.#trust,
    });
    this.gathering = { clock, gatherMs: tier === undefined ? 0 : GATHER_MS };
    // Last, for it connects: whatever is wrong with the options has been said by now.
    this.#shared = tier && new SharedCopies({ ...common, tier, listener: this.#invalidations.listener() });
    for (const each of [this.#loads, this.#finds, this.#invalidations]) each.shared = this.#shared;
  }

  get(key: string): unknown {
    const slot = this.#memory.find(key);
    if (slot >= 0 && this.#isFresh(slot, this.#time.now())) return this.#hit(key, slot);
    this.#missed(key);
    reportGet(this.name, key, 'miss');
    return undefined;
  }

  peek(key: string): unknown {
    const slot = this.#memory.look(key);
    return slot >= 0 && this.#isFresh(slot, this.#time.now()) ? this.#memory.valueAt(slot) : undefined;
  }

  getOrSet(key: string, load: LoadRequest['load'], options: EntryOptions | undefined, plan: EntryPlan): unknown {
    const slot = this.#memory.find(key);
    if (slot < 0) {
      this.#missed(key);
      return this.#load(this.#requestOf(key, load, toEntryPlan(options, plan), slot), undefined);
    }
    const now = this.#time.now();
    if (!this.#isFresh(slot, now)) {
      return this.#past(slot, this.#requestOf(key, load, toEntryPlan(options, plan), slot), now);
    }
    const value = this.#hit(key, slot);
    if (this.#refreshBeta > 0 && this.#isDueEarly(slot, now)) {
      const newerThanMs = this.#memory.freshUntil(slot) - now;
      this.#refresh({ ...this.#requestOf(key, load, toEntryPlan(options, plan), slot), newerThanMs });
    }
    return value;
  }

  find(key: string, plan: EntryPlan): unknown {
    const value = this.get(key);
    return value === undefined ? this.#finds.find(key, plan) : value;
  }

  set(key: string, value: unknown, plan: EntryPlan): Promise<void> {
    if (this.sharing === 'freeze') deepFreeze(value);
    const told = this.#invalidations.make([{ kind: 'key', name: key }], undefined);
    const { tags, expiresAtMs } = plan;
    const ttlMs = this.#loads.ttlOf(key, value, plan);
    const position = this.#shared?.place?.position ?? 0;
    this.#keep({ key, value, tags, plan, ttlMs, expiresAtMs, loadedAt: this.#clock.now(), position, loadMs: 0 });
    return told;
  }

  invalidate(entries: readonly LogEntry[], named: CacheInvalidateSignal['outcome']): Promise<void> {
    return this.#invalidations.make(entries, named);
  }

  hottest(): Iterable<string> {
    return this.#memory.hottest();
  }

  stats(): CacheStats {
    return {
      ...this.#statistics.totals(),
      loads: this.#loads.started,
      failures: this.#loads.failed,
      evictions: this.#memory.evictions,
      invalidations: this.#invalidations.count,
      entries: this.#memory.size,
      bytes: this.#memory.bytes,
      loading: this.#loads.size,
      pending: this.#shared?.pending ?? 0,
      resets: this.#invalidations.resets,
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

  async #close(): Promise<void> {
    this.#invalidations.shared = undefined;
    this.#finds.shared = undefined;
    this.#memory.clear();
    this.#loads.abortAll(this.#closedError());
    this.#finds.abortAll(this.#closedError());
    await this.#shared?.close();
  }

  /** There is a value, but past its TTL or doubted. */
  #past(slot: number, request: LoadRequest, now: number): unknown {
    const memory = this.#memory;
    const { key } = request;
    if (now < memory.staleUntil(slot) && memory.loadedAt(slot) > this.#trust.until(now)) {
      this.#statistics.count(memory.patternAt(slot), 'staleHits');
      const value = this.#hit(key, slot);
      this.#refresh(request);
      return value;
    }
    this.#missed(key);
    // A value may be doubted before its TTL ends; what was promised for errors is longer than that, or nothing.
    const mayFallBack = memory.errorUntil(slot) > memory.freshUntil(slot) && now < memory.errorUntil(slot);
    return this.#load(request, mayFallBack ? { key, value: request.previous } : undefined);
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
    const changedSince = this.#invalidations.changes !== joined.changes;
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

  #hit(key: string, slot: number): unknown {
    const memory = this.#memory;
    const value = memory.valueAt(slot);
    this.#statistics.hit(memory.patternAt(slot), value, memory.loadMs(slot));
    reportGet(this.name, key, 'hit');
    return value;
  }

  #missed(key: string): void {
    this.#statistics.count(this.#statistics.numberOf(key), 'misses');
  }

  #keep({ key, value, tags, plan, ttlMs, expiresAtMs, loadedAt, position, loadMs }: Landed): boolean {
    if (this.#closing !== undefined || value === undefined || ttlMs <= 0) {
      this.#memory.delete(key);
      return false;
    }
    const now = this.#clock.now();
    const endsAt = expiresAtMs === Infinity ? Infinity : now + expiresAtMs - this.#clock.wallNow();
    const freshUntil = now + ttlMs;
    const staleUntil = Math.min(freshUntil + plan.staleWhileRevalidateMs, endsAt);
    const errorUntil = Math.min(freshUntil + plan.staleIfErrorMs, endsAt);
    const pattern = this.#statistics.numberOf(key);
    const facts = { tags, loadedAt, position, freshUntil, staleUntil, errorUntil, loadMs, pattern };
    this.#memory.expire(now, SWEEP);
    return this.#memory.put(key, value, facts);
  }

  /** @param slot of the value there is, or -1 */
  #requestOf(key: string, load: LoadRequest['load'], plan: EntryPlan, slot: number): LoadRequest {
    const previous = slot < 0 ? undefined : this.#memory.valueAt(slot);
    const previousLoadedAt = slot < 0 ? 0 : this.#memory.loadedAt(slot);
    return { key, load, plan, previous, previousLoadedAt, newerThanMs: 0 };
  }

  #closedError(): Error {
    return CACHE_ERRORS.create('MILLRACE_CACHE_CLOSED', { cache: this.name });
  }
}
