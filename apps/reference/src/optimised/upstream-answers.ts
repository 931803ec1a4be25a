import { type Cache, createCache, type LoadContext, type SharedTier } from 'millrace/cache';
import { type Clock, withTimeout } from 'millrace/core';
import { inTime } from '../crs.ts';
import {
  type AnswerTerm,
  type CacheSharing,
  UPSTREAM_PATIENCE_MS,
  UPSTREAM_RETRY_MS,
  UPSTREAM_TIMEOUT_MS,
  type UpstreamAnswers,
} from '../ports/index.ts';
import { sharingOf } from './cache-sharing.ts';

/** A trend is asked for in at most 90 lengths; the other answers go by user or key. */
const MAX_ANSWERS = 10_000;
/** What a call says after so long may be old news to those who come now. */
const LATE_MS = 500;
/** Says that the last call was not long ago. Seen by nobody while there is an old answer. */
const RESTING = new Error('this is not asked again yet');

/** What {@link createUpstreamAnswers} takes. */
export interface UpstreamAnswersOptions {
  readonly name: string;
  readonly clock: Clock;
  /** Whether answers outlive their call. Default true. */
  readonly keeps?: boolean;
  /** Default: none, this process alone. */
  readonly shared?: SharedTier | undefined;
}

/**
 * Keeps answers in a cache, and lets those who ask the same at once share one call. The failure of a call is not theirs who
 * came late and have nothing else: one that began while the network was silent fails long after all is well, so they ask
 * again, once, sharing that call too. There is never more than one call a key, and both together take no longer than one may.
 */
export function createUpstreamAnswers(options: UpstreamAnswersOptions): UpstreamAnswers {
  return new CachedAnswers(options);
}

/** A call that has not brought an answer. */
interface Call {
  readonly begunAt: number;
  isUnderWay: boolean;
}

class CachedAnswers implements UpstreamAnswers {
  readonly #name: string;
  readonly #clock: Clock;
  readonly #keeps: boolean;
  readonly #cache: Cache;
  /** The last call of each key, oldest first, until it brings an answer. */
  readonly #calls = new Map<string, Call>();

  constructor({ name, clock, keeps = true, shared }: UpstreamAnswersOptions) {
    this.#name = name;
    this.#clock = clock;
    this.#keeps = keeps;
    this.#cache = createCache({
      name,
      clock,
      maxEntries: MAX_ANSWERS,
      maxLoads: MAX_ANSWERS,
      eviction: 'lru',
      // No jitter: the promise is one call a key and TTL, and a shorter life would make it two.
      ttlJitter: 0,
      loadTimeoutMs: UPSTREAM_TIMEOUT_MS,
      retryAfterMs: 0,
      ...(shared && { shared }),
    });
  }

  read<T>(key: string, ask: () => Promise<T>, term: AnswerTerm<T>): Promise<T> {
    const call = this.#calls.get(key);
    const ageMs = call?.isUnderWay ? this.#clock.now() - call.begunAt : 0;
    const answer = this.#get(key, ask, term, UPSTREAM_PATIENCE_MS - ageMs);
    if (ageMs < LATE_MS) return inTime(answer);
    const again = answer.catch(() => this.#get(key, ask, term, UPSTREAM_PATIENCE_MS));
    return inTime(withTimeout(again, UPSTREAM_TIMEOUT_MS, { clock: this.#clock }));
  }

  forget(key: string): void {
    void this.#cache.delete(key);
  }

  sharing(): CacheSharing | undefined {
    return sharingOf(this.#name, this.#cache.stats());
  }

  close(): Promise<void> {
    return this.#cache.close();
  }

  async #get<T>(key: string, ask: () => Promise<T>, term: AnswerTerm<T>, patienceMs: number): Promise<T> {
    const { ttlMs, staleMs: staleIfErrorMs = 0 } = term;
    const options = {
      ...(this.#keeps ? { staleIfErrorMs, ...(typeof ttlMs === 'number' && { ttlMs }) } : { ttlMs: 0 }),
      softTimeoutMs: Math.max(0, patienceMs),
    };
    try {
      return await this.#cache.getOrSet<T>(key, (context) => this.#call(key, ask, term, context), options);
    } catch (error) {
      if (error !== RESTING) throw error;
      this.#calls.delete(key); // There was an old answer, and now it is too old.
      return this.#get(key, ask, term, patienceMs);
    }
  }

  async #call<T>(key: string, ask: () => Promise<T>, { ttlMs }: AnswerTerm<T>, context: LoadContext<T>): Promise<T> {
    const begunAt = this.#clock.now();
    const last = this.#calls.get(key);
    const hasOld = context.previous !== undefined;
    if (hasOld && last !== undefined && begunAt - last.begunAt < UPSTREAM_RETRY_MS) throw RESTING;
    const call = { begunAt, isUnderWay: true };
    this.#note(key, call);
    const fail = (): void => {
      call.isUnderWay = false;
      if (!hasOld) this.#drop(key, call);
    };
    context.signal.addEventListener('abort', fail, { once: true });
    const answer = await ask();
    this.#drop(key, call);
    if (this.#keeps && typeof ttlMs === 'function') context.store({ ttlMs: Math.max(0, ttlMs(answer)) });
    return answer;
  }

  #note(key: string, call: Call): void {
    this.#calls.delete(key);
    this.#calls.set(key, call);
    const [oldest] = this.#calls.keys();
    if (this.#calls.size > MAX_ANSWERS && oldest !== undefined) this.#calls.delete(oldest);
  }

  #drop(key: string, call: Call): void {
    if (this.#calls.get(key) === call) this.#calls.delete(key);
  }
}
