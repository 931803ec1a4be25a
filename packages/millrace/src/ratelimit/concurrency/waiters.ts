import type { Clock, Timer } from '../../core/index.ts';
import type { ConcurrencySlot } from './concurrency-limiter.ts';
import { Line, type Place } from './line.ts';

/** What is in use of one key, and who waits for it. */
export class KeyUse {
  readonly key: string;
  inUse = 0;
  /** Made when somebody waits first. */
  line: Line<Waiter> | undefined;

  constructor(key: string) {
    this.key = key;
  }

  get waiting(): number {
    return this.line?.size ?? 0;
  }
}

/** Somebody who waits for a slot. */
export interface Waiter {
  readonly use: KeyUse;
  readonly signal: AbortSignal | undefined;
  readonly settle: (slot: ConcurrencySlot) => void;
  readonly fail: (why: unknown) => void;
}

interface Standing {
  readonly waiter: Waiter;
  readonly dueMs: number;
  readonly onAbort: () => void;
}

/**
 * All who wait, by key and together. Each waits for the same time at most, so who came first is also the first whose time
 * is over: one timer serves them all.
 */
export class Waiters {
  readonly #maxWaitMs: number;
  readonly #clock: Clock;
  readonly #late: (waiter: Waiter) => void;
  readonly #all = new Line<Standing>();
  readonly #places = new Map<Waiter, { readonly own: Place<Waiter>; readonly among: Place<Standing> }>();
  #timer: Timer | undefined;

  /** @param late is told who has waited for `maxWaitMs`, and waits no longer */
  constructor(maxWaitMs: number, clock: Clock, late: (waiter: Waiter) => void) {
    this.#maxWaitMs = maxWaitMs;
    this.#clock = clock;
    this.#late = late;
  }

  get size(): number {
    return this.#all.size;
  }

  /** Lets somebody wait: until served, aborted (`fail` is told the reason), late, or the end. */
  add(waiter: Waiter): void {
    const { use, signal } = waiter;
    use.line ??= new Line();
    const onAbort = (): void => {
      this.#remove(waiter);
      waiter.fail(signal?.reason);
    };
    const standing: Standing = { waiter, dueMs: this.#clock.now() + this.#maxWaitMs, onAbort };
    this.#places.set(waiter, { own: use.line.join(waiter), among: this.#all.join(standing) });
    signal?.addEventListener('abort', onAbort, { once: true });
    this.#watch();
  }

  /** Who is served next of a key, and waits no longer. */
  next(use: KeyUse): Waiter | undefined {
    for (let waiter = use.line?.first; waiter !== undefined; waiter = use.line?.first) {
      this.#remove(waiter);
      if (!waiter.signal?.aborted) return waiter;
      // Its signal is just telling others, one of whom made this slot free.
      waiter.fail(waiter.signal.reason);
    }
    return undefined;
  }

  /** Ends all waiting. */
  end(why: unknown): void {
    for (let first = this.#all.first; first !== undefined; first = this.#all.first) {
      this.#remove(first.waiter);
      first.waiter.fail(why);
    }
  }

  #remove(waiter: Waiter): void {
    const { own, among } = this.#places.get(waiter)!;
    this.#places.delete(waiter);
    waiter.use.line?.leave(own);
    this.#all.leave(among);
    waiter.signal?.removeEventListener('abort', among.value.onAbort);
    if (this.#all.size > 0) return;
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #watch(): void {
    const { first } = this.#all;
    if (this.#timer !== undefined || first === undefined) return;
    this.#timer = this.#clock.schedule(first.dueMs - this.#clock.now(), () => this.#overdue());
  }

  #overdue(): void {
    this.#timer = undefined;
    const nowMs = this.#clock.now();
    for (let first = this.#all.first; first !== undefined && first.dueMs <= nowMs; first = this.#all.first) {
      this.#remove(first.waiter);
      this.#late(first.waiter);
    }
    this.#watch();
  }
}
