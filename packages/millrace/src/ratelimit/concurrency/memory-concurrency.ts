import { rateCheck } from '../../signals/index.ts';
import { RATELIMIT_ERRORS } from '../errors.ts';
import { encodeRateKey, type RateKey } from '../rate-key.ts';
import type {
  ConcurrencyLimiter,
  ConcurrencyLimiterOptions,
  ConcurrencyLimiterStats,
  ConcurrencySlot,
} from './concurrency-limiter.ts';
import { checkSlotLimit, RULE } from './slot-limit.ts';
import { KeyUse, Waiters } from './waiters.ts';

/** Slots in memory. A key is known while one of its slots is in use, and forgotten with the last. */
export class MemoryConcurrency implements ConcurrencyLimiter {
  readonly name: string;
  readonly #maxKeys: number;
  readonly #maxWaiting: number;
  readonly #retryAfterMs: number;
  readonly #uses = new Map<string, KeyUse>();
  readonly #waiters: Waiters;
  readonly #free = (use: KeyUse): void => this.#release(use);
  #limit: number;
  #inUse = 0;
  #allowed = 0;
  #denied = 0;
  #closed = false;

  /** Nothing is checked here. */
  constructor({
    name,
    limit,
    maxKeys,
    maxWaiting,
    maxWaitMs,
    retryAfterMs,
    clock,
  }: Required<ConcurrencyLimiterOptions>) {
    this.name = name;
    this.#limit = limit;
    this.#maxKeys = maxKeys;
    this.#maxWaiting = maxWaiting;
    this.#retryAfterMs = retryAfterMs;
    this.#waiters = new Waiters(maxWaitMs, clock, ({ use, settle }) => settle(this.#refuse(use.inUse, 'late')));
  }

  get limit(): number {
    return this.#limit;
  }

  acquire(key: RateKey): ConcurrencySlot {
    return this.#take(this.#begin(key));
  }

  async wait(key: RateKey, signal?: AbortSignal): Promise<ConcurrencySlot> {
    const text = this.#begin(key);
    signal?.throwIfAborted();
    const use = this.#uses.get(text);
    if (use === undefined || this.#hasFree(use) || use.waiting >= this.#maxWaiting) return this.#take(text);
    return new Promise((settle, fail) => this.#waiters.add({ use, signal, settle, fail }));
  }

  setLimit(limit: number): void {
    this.#refuseIfClosed();
    this.#limit = checkSlotLimit(limit);
    if (this.#waiters.size > 0) for (const use of this.#uses.values()) this.#serve(use);
  }

  stats(): ConcurrencyLimiterStats {
    const now = { inUse: this.#inUse, keys: this.#uses.size, waiting: this.#waiters.size };
    return { allowed: this.#allowed, denied: this.#denied, ...now };
  }

  close(): void {
    this.#closed = true;
    this.#waiters.end(this.#closedError());
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #begin(key: RateKey): string {
    this.#refuseIfClosed();
    return encodeRateKey(key);
  }

  #refuseIfClosed(): void {
    if (this.#closed) throw this.#closedError();
  }

  #closedError(): Error {
    return RATELIMIT_ERRORS.create('MILLRACE_RATELIMIT_CLOSED', { limiter: this.name });
  }

  #take(text: string): ConcurrencySlot {
    let use = this.#uses.get(text);
    if (use === undefined) {
      if (this.#uses.size >= this.#maxKeys) return this.#refuse(0, 'keys');
      use = new KeyUse(text);
      this.#uses.set(text, use);
    } else if (!this.#hasFree(use)) return this.#refuse(use.inUse, 'limit');
    return this.#give(use);
  }

  /** Nobody passes by those who wait: who listens to signals may ask while these are about to be served. */
  #hasFree(use: KeyUse): boolean {
    return use.inUse < this.#limit && use.waiting === 0;
  }

  #release(use: KeyUse): void {
    use.inUse--;
    this.#inUse--;
    this.#serve(use);
    if (use.inUse === 0) this.#uses.delete(use.key);
  }

  /** Gives what is free to those who wait. */
  #serve(use: KeyUse): void {
    while (use.inUse < this.#limit) {
      const waiter = this.#waiters.next(use);
      if (waiter === undefined) return;
      waiter.settle(this.#give(use));
    }
  }

  #give(use: KeyUse): ConcurrencySlot {
    use.inUse++;
    this.#inUse++;
    this.#allowed++;
    const slot = new HeldSlot(this.#limit, use, this.#free);
    if (rateCheck.hasSubscribers) rateCheck.publish({ name: this.name, rule: RULE, outcome: 'allowed' });
    return slot;
  }

  #refuse(inUse: number, refusal: 'limit' | 'late' | 'keys'): ConcurrencySlot {
    this.#denied++;
    if (rateCheck.hasSubscribers) rateCheck.publish({ name: this.name, rule: RULE, outcome: 'denied' });
    const nothing = (): void => {};
    return {
      allowed: false,
      limit: this.#limit,
      inUse,
      retryAfterMs: this.#retryAfterMs,
      refusal,
      release: nothing,
      [Symbol.dispose]: nothing,
    };
  }
}

class HeldSlot implements ConcurrencySlot {
  readonly allowed = true;
  readonly limit: number;
  readonly inUse: number;
  readonly retryAfterMs = 0;
  readonly refusal = undefined;
  readonly #free: (use: KeyUse) => void;
  #use: KeyUse | undefined;

  constructor(limit: number, use: KeyUse, free: (use: KeyUse) => void) {
    this.limit = limit;
    this.inUse = use.inUse;
    this.#use = use;
    this.#free = free;
  }

  release(): void {
    const use = this.#use;
    if (use === undefined) return;
    this.#use = undefined;
    this.#free(use);
  }

  [Symbol.dispose](): void {
    this.release();
  }
}
