import type { Holding } from './holding.ts';
import type { SharedConcurrencySlot } from './shared-concurrency-limiter.ts';

/** What is said of a slot that is given. */
export interface GivenSlot {
  readonly limit: number;
  readonly inUse: number;
  readonly by: 'redis' | 'local';
  readonly holding: Holding;
  /** Called once. */
  readonly release: () => Promise<boolean>;
}

/** A slot that is held until it is released. */
export class SharedSlot implements SharedConcurrencySlot {
  readonly allowed = true;
  readonly limit: number;
  readonly inUse: number;
  readonly retryAfterMs = 0;
  readonly refusal = undefined;
  readonly by: 'redis' | 'local';
  readonly #holding: Holding;
  readonly #release: () => Promise<boolean>;
  #released: Promise<boolean> | undefined;

  constructor({ limit, inUse, by, holding, release }: GivenSlot) {
    this.limit = limit;
    this.inUse = inUse;
    this.by = by;
    this.#holding = holding;
    this.#release = release;
  }

  get lost(): AbortSignal {
    return this.#holding.lost;
  }

  release(): Promise<boolean> {
    this.#released ??= this.#release();
    return this.#released;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.release();
  }
}

/** What is said of a slot that is refused. */
export interface RefusedSlot {
  readonly limit: number;
  readonly inUse: number;
  readonly retryAfterMs: number;
  readonly refusal: 'limit' | 'away' | 'keys';
  readonly by: 'redis' | 'local';
}

/** The word that there is no slot. */
export class NoSharedSlot implements SharedConcurrencySlot {
  readonly allowed = false;
  readonly limit: number;
  readonly inUse: number;
  readonly retryAfterMs: number;
  readonly refusal: 'limit' | 'away' | 'keys';
  readonly by: 'redis' | 'local';

  constructor({ limit, inUse, retryAfterMs, refusal, by }: RefusedSlot) {
    this.limit = limit;
    this.inUse = inUse;
    this.retryAfterMs = retryAfterMs;
    this.refusal = refusal;
    this.by = by;
  }

  /** Of one that never happens. */
  get lost(): AbortSignal {
    return new AbortController().signal;
  }

  async release(): Promise<boolean> {
    return true;
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}
