import type { AdaptiveTtls } from './adaptive-ttl.ts';
import { reportLoad } from './cache-signals.ts';
import type { CacheStatistics } from './cache-statistics.ts';
import type { EntryPlan, Lifetime } from './entry-options.ts';
import { CACHE_ERRORS } from './errors.ts';
import { Failures } from './failures.ts';
import { type FlightControl, Flights } from './flights.ts';
import { globOf } from './key-glob.ts';
import type { LogEntry, Place } from './log/index.ts';
import { type Loaded, LoadNotes } from './origin.ts';
import { type Landed, type PromotionContext, promoted } from './promotion.ts';
import type { FoundValue, SharedOutcome } from './shared/index.ts';
import type { SharedCopies } from './shared-copies.ts';
import { deepFreeze } from './sharing.ts';
import { TagChanges } from './tag-changes.ts';
import { isThenable } from './thenable.ts';

/** A load that somebody asks for. */
export interface LoadRequest {
  readonly key: string;
  /** Any loader: what it answers is not looked into. */
  readonly load: (context: never) => unknown;
  readonly plan: EntryPlan;
  /** What there was, and when its load began. */
  readonly previous: unknown;
  readonly previousLoadedAt: number;
  /** Above 0: what is wanted is newer than a value with so much left to live, in milliseconds. */
  readonly newerThanMs: number;
}

/** What a load came to. */
export interface Answer {
  readonly value: unknown;
  /** Not one to share, so everybody else asks for themselves. */
  readonly alone: boolean;
  /** Invalidated while it was read, so who came after that asks again. */
  readonly outdated: boolean;
}

/** Another caller's load, and how many invalidations there had been when it began. */
export interface Joined {
  readonly answer: Promise<Answer>;
  readonly changes: number;
}

/** What {@link Loads} takes. */
export interface LoadsOptions extends PromotionContext {
  readonly cache: string;
  /** Most loads at once. */
  readonly maxLoads: number;
  readonly timeoutMs: number;
  readonly retryAfterMs: number;
  readonly negativeTtlMs: number;
  readonly adaptive: AdaptiveTtls | undefined;
  /** Whether what may be given to several is frozen first. */
  readonly freezes: boolean;
  readonly statistics: CacheStatistics;
  /** How many invalidations there were so far. */
  readonly changes: () => number;
  /** Keeps it; false when it was not kept. */
  readonly keep: (landed: Landed) => boolean;
}

/** From the origin, and where the load stood when it began. */
interface FromOrigin extends Loaded {
  readonly place: Place | undefined;
  readonly startedAt: number;
  readonly tookMs: number;
  readonly found?: undefined;
}

/** From the shared store. */
interface FromShared {
  readonly found: FoundValue;
  readonly askedAt: number;
  /** Past its time, for want of a newer one. */
  readonly isOld: boolean;
}

type Outcome = FromOrigin | FromShared;

const MAX_KEYS = 10_000;
/** For so long nobody waits for others when there was nothing to share. */
const NOTHING_MS = 1_000;
/** Share of its TTL by which a value may be stored after it was kept where it was loaded. */
const STORED_LATER = 0.02;

/** Everything that is being loaded, and what is known of loads that went wrong. */
export class Loads {
  readonly #options: LoadsOptions;
  /** Set right after it is made: the two need each other. */
  shared: SharedCopies | undefined;
  readonly #flights: Flights;
  readonly #failures = new Failures(MAX_KEYS);
  /** Keys whose answers are not to be shared: there nobody waits for anybody else. */
  readonly #alone = new Failures(MAX_KEYS);
  readonly #tagChanges = new TagChanges();
  #started = 0;
  #failed = 0;

  constructor(options: LoadsOptions) {
    this.#options = options;
    const { cache, clock, timeoutMs } = options;
    this.#flights = new Flights(clock, timeoutMs, () =>
      CACHE_ERRORS.create('MILLRACE_CACHE_LOAD_TIMEOUT', { cache, timeoutMs }),
    );
  }

  get size(): number {
    return this.#flights.size;
  }

  /** Loader runs begun. */
  get started(): number {
    return this.#started;
  }

  get failed(): number {
    return this.#failed;
  }

  /** The load in flight that who asks for `key` now may join. */
  join(key: string): Joined | undefined {
    const flight = this.#flights.join(key);
    return flight && { answer: flight.promise as Promise<Answer>, changes: flight.plan.changes };
  }

  /** Why the origin is not asked for `key` now. */
  failureOf(key: string, now: number): { readonly error: unknown } | undefined {
    return this.#failures.find(key, now);
  }

  /** Begins a load. An answer that is there at once is given at once. @throws what the loader throws at once, MILLRACE_CACHE_LOADS_FULL */
  start(request: LoadRequest): Answer | Promise<Answer> {
    const { cache, clock, maxLoads, changes } = this.#options;
    const { key, plan } = request;
    if (this.#flights.size >= maxLoads) {
      reportLoad(cache, key, 'refused', 0);
      throw CACHE_ERRORS.create('MILLRACE_CACHE_LOADS_FULL', { cache, limit: maxLoads });
    }
    const begunAt = clock.now();
    const since = changes();
    const answer = this.#flights.start({
      key,
      tags: plan.tags,
      changes: since,
      joinable: this.#alone.find(key, begunAt) === undefined,
      load: (control) => this.#run(request, control),
      landed: (outcome, current) => this.#landed(request, outcome as Outcome, { current, since, begunAt }),
      failed: (error, { late, current }) => this.#noteFailure(key, error, { late, current, begunAt }),
    });
    return answer as Answer | Promise<Answer>;
  }

  /** Lets loads that an invalidation names run on, unseen by who comes later; returns how many. */
  detach(entry: LogEntry, changes: number): number {
    const glob = globOf(entry);
    if (glob !== undefined) {
      this.#failures.clear();
      return this.#flights.detachNamed((key) => glob.names(key));
    }
    if (entry.kind === 'tag') {
      if (this.#flights.size > 0) this.#tagChanges.note(entry.name, changes);
      return this.#flights.detachTagged(new Set([entry.name]));
    }
    if (entry.kind === 'key') {
      this.#failures.forget(entry.name);
      return this.#flights.detach(entry.name);
    }
    this.#failures.clear();
    return this.#flights.detachAll();
  }

  abortAll(reason: Error): void {
    this.#flights.abortAll(reason);
  }

  /** A TTL, longer or shorter by at most the jitter, and never up to the end that the value has by itself. `null` has one of its own. */
  ttlOf(key: string, value: unknown, { ttlMs, adapts, expiresAtMs, marginMs }: Lifetime): number {
    const { adaptive, clock, random, statistics, ttlJitter, negativeTtlMs } = this.#options;
    const usualMs = adapts && adaptive !== undefined ? adaptive.ttlOf(statistics.numberOf(key), ttlMs) : ttlMs;
    const wantedMs = value === null ? Math.min(usualMs, negativeTtlMs) : usualMs;
    const jitteredMs = wantedMs * (1 + ttlJitter * (2 * random.next() - 1));
    return expiresAtMs === Infinity ? jitteredMs : Math.min(jitteredMs, expiresAtMs - clock.wallNow() - marginMs);
  }

  #run(request: LoadRequest, control: FlightControl): unknown {
    const { shared } = this;
    const { clock, statistics, cache } = this.#options;
    const { key, plan } = request;
    const isAlone = plan.ttlMs === 0 || this.#alone.find(key, clock.now()) !== undefined;
    if (shared === undefined || isAlone) return this.#ask(request, control.signal);
    const askedAt = clock.now();
    return shared.load<Outcome>({
      ...control,
      key,
      tags: plan.tags,
      accepts: (found) => this.#isNewEnough(request, found),
      promote: (found, waited) => {
        statistics.count(statistics.numberOf(key), waited ? 'averted' : 'sharedHits');
        return { found, askedAt, isOld: false };
      },
      fallBack: (found) => ({ found, askedAt, isOld: true }),
      refuse: (forMs) => {
        const error = CACHE_ERRORS.create('MILLRACE_CACHE_ORIGIN_FAILING', { cache });
        this.#failures.note(key, error, clock.now() + Math.min(forMs, this.#options.retryAfterMs));
        return error;
      },
      load: async () => this.#toShare(await this.#ask(request, control.signal), plan, control),
    });
  }

  /**
   * Who has a value that is not new enough must not be given the same again, which may have longer to live than this copy:
   * copies are shortened by the jitter, and a value is stored a little after it was kept here.
   */
  #isNewEnough({ newerThanMs }: LoadRequest, { ttlMs, ageMs }: FoundValue): boolean {
    const sameWithinMs = newerThanMs === 0 ? 0 : ttlMs * (this.#options.ttlJitter + STORED_LATER);
    return ttlMs - ageMs > newerThanMs + sameWithinMs;
  }

  /** Asks the origin. Where the load stands is noted before. */
  #ask(request: LoadRequest, signal: AbortSignal): FromOrigin | Promise<FromOrigin> {
    const { clock } = this.#options;
    const { key, load, plan, previous } = request;
    this.#started++;
    const place = this.shared?.place;
    const startedAt = clock.now();
    const notes = new LoadNotes(signal, previous, plan);
    const toOutcome = (value: unknown): FromOrigin => {
      const loaded = notes.of(value);
      const now = clock.now();
      if (loaded.aloneMs > 0) this.#alone.note(key, undefined, now + loaded.aloneMs);
      if (previous !== undefined) this.#learn(request, loaded, startedAt);
      const ttlMs = loaded.isKept ? this.ttlOf(key, value, loaded) : 0;
      return { ...loaded, ttlMs, place, startedAt, tookMs: now - startedAt };
    };
    const answer = load(notes as never);
    return isThenable(answer) ? Promise.resolve(answer).then(toOutcome) : toOutcome(answer);
  }

  #learn({ key, previousLoadedAt }: LoadRequest, { isModified }: Loaded, startedAt: number): void {
    const { adaptive, statistics } = this.#options;
    adaptive?.loadedAgain(statistics.numberOf(key), startedAt - previousLoadedAt, isModified);
  }

  #toShare(answer: FromOrigin, plan: EntryPlan, { outdated }: FlightControl): SharedOutcome<Outcome> {
    const { value, tags, ttlMs, expiresAtMs, tookMs } = answer;
    if (!answer.isKept) return { answer, share: undefined, aloneMs: answer.aloneMs };
    // Nothing for others to find: they need not come one after the other.
    if (value === undefined || ttlMs <= 0) return { answer, share: undefined, aloneMs: NOTHING_MS };
    const leftMs = expiresAtMs - this.#options.clock.wallNow();
    const staleMs = Math.max(0, Math.min(plan.staleIfErrorMs, leftMs - ttlMs));
    const share = { value, tags, ttlMs, staleMs, loadMs: tookMs };
    return { answer, share: outdated.aborted ? undefined : share, aloneMs: 0 };
  }

  #landed(request: LoadRequest, outcome: Outcome, at: FlightPoint & { readonly since: number }): Answer {
    const { cache, clock, freezes } = this.#options;
    const { key } = request;
    const { value, tags } = outcome.found ?? outcome;
    const alone = outcome.found === undefined && outcome.aloneMs > 0;
    if (freezes && !alone) deepFreeze(value);
    const counts = at.current && !this.#tagChanges.since(tags, at.since);
    const kept = counts && this.#keep(request, outcome);
    if (this.#flights.size === 0) this.#tagChanges.clear();
    if (outcome.found === undefined) this.#failures.forget(key);
    reportLoad(cache, key, kept ? 'stored' : 'discarded', clock.now() - at.begunAt);
    return { value, alone, outdated: !counts };
  }

  #keep({ key, plan }: LoadRequest, outcome: Outcome): boolean {
    const { keep } = this.#options;
    if (outcome.found === undefined) {
      const { value, tags, ttlMs, expiresAtMs, startedAt, place, tookMs, isKept } = outcome;
      const landed = {
        key,
        value,
        tags,
        plan,
        ttlMs,
        expiresAtMs,
        loadedAt: startedAt,
        position: place?.position ?? 0,
        loadMs: tookMs,
      };
      return isKept && keep(landed);
    }
    return !outcome.isOld && keep(promoted(key, plan, outcome, this.#options));
  }

  #noteFailure(
    key: string,
    error: unknown,
    { late, current, begunAt }: FlightPoint & { readonly late: boolean },
  ): void {
    const { cache, clock, retryAfterMs } = this.#options;
    this.#failed++;
    if (this.#flights.size === 0) this.#tagChanges.clear();
    // A load from before an invalidation says nothing to who comes after it.
    if (current && retryAfterMs > 0) this.#failures.note(key, error, clock.now() + retryAfterMs);
    reportLoad(cache, key, late ? 'timeout' : 'failed', clock.now() - begunAt);
  }
}

/** Whether a flight may still be stored, and when it began. */
interface FlightPoint {
  readonly current: boolean;
  readonly begunAt: number;
}
