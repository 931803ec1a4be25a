import { type Breaker, type Clock, createBreaker } from '../../core/index.ts';
import type { PositionLog } from '../log/index.ts';
import { FindBatch } from './find-batch.ts';
import { HeldLease } from './held-lease.ts';
import type { FoundValue, Lease, SharedStore, SharedValue, Taken } from './shared-store.ts';

/*
 * One load, as seen from a process that shares its copies with others.
 *
 *   find ── counts ───────────────────────────────────────────→ promote
 *     │ nothing that counts
 *   take ── value (filled meanwhile) ─ counts ────────────────→ promote
 *     │ ├── held: wait for the fill, or the end of the lease, then find again
 *     │ ├── failing: nobody asks the origin for a while ───────→ refuse, or an old value
 *     │ └── alone ────────────────────────────────────────────→ load, keep for oneself
 *   lease → load → fill (refused when an invalidation took the lease away)
 *             └── fails ──────────────────────────────────────→ an old value, or the failure
 *
 * Whenever the store is slow, away, or not to be believed, the load goes on without it: it may cost the origin one call a
 * process, never an answer.
 */

/** What the engine does at the end of each way. */
export interface SharedLoadPlan<T> {
  readonly key: string;
  readonly tags: readonly string[];
  /** Whether a value that nothing speaks against is new enough. */
  readonly accepts: (found: FoundValue) => boolean;
  /** Uses a value that another process wrote; `waited`: while this one waited for it. */
  readonly promote: (found: FoundValue, waited: boolean) => T;
  /** Uses a value past its time, for want of a newer one. */
  readonly fallBack: (found: FoundValue) => T;
  /** Runs the loader. */
  readonly load: () => Promise<SharedOutcome<T>>;
  /** The failure of an origin that failed in another process. `forMs`: how long nobody asks it. */
  readonly refuse: (forMs: number) => Error;
  /** Aborts when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
  /** Aborts when the answer is not to be stored any more. */
  readonly outdated: AbortSignal;
}

/** What a load came to. */
export interface SharedOutcome<T> {
  readonly answer: T;
  /** What to share of it; undefined: nothing. */
  readonly share: Omit<SharedValue, 'place'> | undefined;
  /** Above 0: for so long everybody loads for themselves. */
  readonly aloneMs: number;
}

/** What {@link SharedLoads} takes. */
export interface SharedLoadOptions {
  readonly store: SharedStore;
  readonly log: PositionLog;
  readonly clock: Clock;
  /** How often a lease is renewed while its load runs, in milliseconds. */
  readonly renewMs: number;
  /** For how long a failed load keeps everybody from the origin, in milliseconds. */
  readonly retryAfterMs: number;
}

/** Longest wait for a fill in one go: should its message be lost, the store is asked again. */
const LONGEST_WAIT_MS = 1_000;
/** How often a store may answer with what was refused before it is left alone. */
const MAX_REFUSALS = 3;
const NO_TAGS: readonly string[] = [];

/** Loads through the shared store, and each origin once for all processes. */
export class SharedLoads {
  readonly #store: SharedStore;
  readonly #finding: FindBatch;
  readonly #log: PositionLog;
  readonly #clock: Clock;
  readonly #renewMs: number;
  readonly #retryAfterMs: number;
  readonly #breaker: Breaker;
  /** Fills and releases under way: nobody waits for them but `close`. */
  readonly #settling = new Set<Promise<unknown>>();

  constructor({ store, log, clock, renewMs, retryAfterMs }: SharedLoadOptions) {
    this.#store = store;
    this.#finding = new FindBatch(store);
    this.#log = log;
    this.#clock = clock;
    this.#renewMs = renewMs;
    this.#retryAfterMs = retryAfterMs;
    this.#breaker = createBreaker({ clock });
  }

  get breaker(): Breaker['state'] {
    return this.#breaker.state;
  }

  /** @throws the reason of `plan.signal`, what the loader throws, what `plan.refuse` makes */
  async run<T>(plan: SharedLoadPlan<T>): Promise<T> {
    const search = new Search(plan, this.#log);
    const first = await this.#ask(plan, () => this.#finding.find(plan.key));
    if (first !== undefined && first.answer !== undefined && search.accepts(first.answer)) {
      return plan.promote(first.answer, false);
    }
    while (first !== undefined && search.refusals < MAX_REFUSALS) {
      const taken = (await this.#ask(plan, () => this.#take(plan, search.refused)))?.answer;
      if (taken === undefined || taken.kind === 'alone') break;
      if (taken.kind === 'lease') return this.#loadAndFill(plan, taken.lease, search.old);
      if (taken.kind === 'failing') return orOld(plan, search.old, plan.refuse(taken.forMs));
      if (taken.kind === 'value') {
        if (search.accepts(taken.found)) return plan.promote(taken.found, true);
        continue;
      }
      await taken.filled(Math.min(taken.forMs, LONGEST_WAIT_MS));
      plan.signal.throwIfAborted();
    }
    return this.#loadAlone(plan, search.old);
  }

  /** What the store has, whether it counts or not; undefined too when there is no point in asking. */
  async find(key: string, signal: AbortSignal): Promise<FoundValue | undefined> {
    return (await this.#ask({ key, tags: NO_TAGS, signal }, () => this.#finding.find(key)))?.answer;
  }

  /** Waits for the fills under way. */
  async close(): Promise<void> {
    await Promise.allSettled(this.#settling);
  }

  /**
   * Asks the store, unless there is no point in it; then, and when it fails, there is no answer. Whoever asks need not go
   * on when nobody waits any more.
   */
  async #ask<F>(
    plan: Pick<SharedLoadPlan<unknown>, 'key' | 'tags' | 'signal'>,
    question: () => Promise<F>,
  ): Promise<{ readonly answer: F } | undefined> {
    const believed = this.#store.ready && this.#log.trusted && !this.#log.holds(plan.key, plan.tags);
    if (!believed || !this.#breaker.allows()) return undefined;
    try {
      const answer = await question();
      this.#breaker.succeeded();
      return { answer };
    } catch {
      this.#breaker.failed();
      return undefined;
    } finally {
      plan.signal.throwIfAborted();
    }
  }

  async #take(plan: SharedLoadPlan<unknown>, refused: string | undefined): Promise<Taken> {
    const taken = await this.#store.take(plan.key, refused);
    const isForNobody = taken.kind === 'lease' && plan.signal.aborted;
    if (isForNobody) this.#settle(this.#store.release(taken.lease, 'nothing', 0));
    return taken;
  }

  async #loadAlone<T>(plan: SharedLoadPlan<T>, old: FoundValue | undefined): Promise<T> {
    try {
      return (await plan.load()).answer;
    } catch (error) {
      return orOld(plan, old, error);
    }
  }

  async #loadAndFill<T>(plan: SharedLoadPlan<T>, lease: Lease, old: FoundValue | undefined): Promise<T> {
    const { place } = this.#log;
    const held = new HeldLease(this.#store, lease, this.#clock, this.#renewMs);
    const giveUp = (): void => this.#settle(held.release('nothing', 0));
    const late = (): void => this.#settle(held.release('failing', this.#retryAfterMs));
    plan.outdated.addEventListener('abort', giveUp, { once: true });
    plan.signal.addEventListener('abort', late, { once: true });
    try {
      const { answer, share, aloneMs } = await plan.load();
      if (aloneMs > 0) this.#settle(held.release('alone', aloneMs));
      else if (share === undefined || place === undefined) giveUp();
      else this.#settle(held.fill({ ...share, place }));
      return answer;
    } catch (error) {
      late();
      return orOld(plan, old, error);
    } finally {
      plan.outdated.removeEventListener('abort', giveUp);
      plan.signal.removeEventListener('abort', late);
    }
  }

  #settle(work: Promise<unknown>): void {
    const settled = work.catch(() => this.#breaker.failed()).finally(() => this.#settling.delete(settled));
    this.#settling.add(settled);
  }
}

function orOld<T>(plan: SharedLoadPlan<T>, old: FoundValue | undefined, error: unknown): T {
  if (old === undefined || plan.signal.aborted) throw error;
  return plan.fallBack(old);
}

/** What one load has found so far. */
class Search {
  /** The id of the last value that was no answer. */
  refused: string | undefined;
  refusals = 0;
  /** A value that nothing speaks against but its age. */
  old: FoundValue | undefined;
  readonly #plan: SharedLoadPlan<unknown>;
  readonly #log: PositionLog;

  constructor(plan: SharedLoadPlan<unknown>, log: PositionLog) {
    this.#plan = plan;
    this.#log = log;
  }

  accepts(found: FoundValue | undefined): found is FoundValue {
    this.refusals++;
    if (found === undefined) return false; // Not readable, and to be removed.
    this.refused = found.id;
    if (!this.#log.trusted || !this.#log.counts(found.place, this.#plan.key, found.tags)) return false;
    if (this.#plan.accepts(found)) return true;
    this.old = found;
    return false;
  }
}
