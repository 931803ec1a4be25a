import type { Clock } from '../core/index.ts';

/**
 * The names of tokens that were refused a moment ago, in a space of their own: whoever floods the service with bad tokens
 * pushes out bad ones alone, and no good token is ever kept out by another one.
 */
export class RefusedTokens {
  readonly #until = new Map<string, number>();
  readonly #ttlMs: number;
  readonly #maxEntries: number;
  readonly #clock: Clock;

  constructor(ttlMs: number, maxEntries: number, clock: Clock) {
    this.#ttlMs = ttlMs;
    this.#maxEntries = maxEntries;
    this.#clock = clock;
  }

  get size(): number {
    return this.#until.size;
  }

  has(key: string): boolean {
    const until = this.#until.get(key);
    if (until === undefined) return false;
    if (this.#clock.now() < until) return true;
    this.#until.delete(key);
    return false;
  }

  add(key: string): void {
    this.#until.delete(key);
    const [oldest] = this.#until.keys();
    if (this.#until.size >= this.#maxEntries && oldest !== undefined) this.#until.delete(oldest);
    this.#until.set(key, this.#clock.now() + this.#ttlMs);
  }
}
