import { checkNumber } from './cache-options.ts';
import { encodeTags } from './cache-tag.ts';
import { checkEnd, checkTtl, type EntryPlan, type Lifetime, MAX_TTL_MS } from './entry-options.ts';
import { CACHE_ERRORS } from './errors.ts';

/** What a loader says of its answer beside the answer itself. */
export interface StoreHints {
  /** How long this answer counts, in milliseconds. 0 to one year. */
  readonly ttlMs?: number;
  /** When this answer ends by itself; see {@link EntryOptions.expiresAtMs}. A token, for one, says so itself. */
  readonly expiresAtMs?: number;
  /** In place of the tags that were asked for. Who joins the load goes by the ones that were asked for. */
  readonly tags?: readonly string[];
}

/** What a loader is given. */
export interface LoadContext<T = unknown> {
  /** Aborts when the load has failed, has taken too long, or the cache is closed. */
  readonly signal: AbortSignal;
  /** The value there was, if there is still one at hand: for a conditional request, and for {@link notModified}. */
  readonly previous: T | undefined;
  /** Says how long the answer counts and what it carries, now that it is known. */
  store(hints: StoreHints): void;
  /**
   * Says that the answer is for its own caller and not to be stored. For `forMs` (default 1,000) everybody loads for
   * themselves and nobody waits for another, here and in the other processes. With 0 it is only not stored: who waited gets
   * it too, and who asks next is waited for as ever.
   */
  doNotStore(forMs?: number): void;
  /** Answers that {@link previous} still holds: `return context.notModified()`. @throws MILLRACE_CACHE_NOTHING_PREVIOUS */
  notModified(): T;
}

/** An answer, and what is to become of it. */
export interface Loaded extends Lifetime {
  readonly value: unknown;
  readonly tags: readonly string[];
  /** Whether it may be stored. */
  readonly isKept: boolean;
  /** Above 0: not to be shared for so long. */
  readonly aloneMs: number;
  /** Whether the loader said nothing of the value there was being good still. */
  readonly isModified: boolean;
}

const ALONE_MS = 1_000;

/** Collects what one run of a loader says. */
export class LoadNotes implements LoadContext {
  readonly signal: AbortSignal;
  readonly previous: unknown;
  readonly #plan: EntryPlan;
  #ttlMs: number;
  #adapts: boolean;
  #expiresAtMs: number;
  #tags: readonly string[];
  #isKept = true;
  #aloneMs = 0;
  #isModified = true;

  constructor(signal: AbortSignal, previous: unknown, plan: EntryPlan) {
    this.signal = signal;
    this.previous = previous;
    this.#plan = plan;
    this.#ttlMs = plan.ttlMs;
    this.#adapts = plan.adapts;
    this.#expiresAtMs = plan.expiresAtMs;
    this.#tags = plan.tags;
  }

  store(hints: StoreHints): void {
    if (hints.ttlMs !== undefined) {
      this.#ttlMs = checkTtl(hints.ttlMs);
      this.#adapts = false;
    }
    if (hints.expiresAtMs !== undefined) this.#expiresAtMs = checkEnd(hints.expiresAtMs);
    if (hints.tags !== undefined) this.#tags = encodeTags(hints.tags, this.#plan.scope);
  }

  doNotStore(forMs: number = ALONE_MS): void {
    this.#aloneMs = checkNumber('forMs', forMs, 0, MAX_TTL_MS, true);
    this.#isKept = false;
  }

  notModified(): unknown {
    if (this.previous === undefined) throw CACHE_ERRORS.create('MILLRACE_CACHE_NOTHING_PREVIOUS');
    this.#isModified = false;
    return this.previous;
  }

  /** What the loader answered, with what it said. */
  of(value: unknown): Loaded {
    return {
      value,
      tags: this.#tags,
      ttlMs: this.#ttlMs,
      adapts: this.#adapts,
      expiresAtMs: this.#expiresAtMs,
      marginMs: this.#plan.marginMs,
      isKept: this.#isKept,
      aloneMs: this.#aloneMs,
      isModified: this.#isModified,
    };
  }
}
