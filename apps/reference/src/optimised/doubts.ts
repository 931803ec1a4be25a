import type { Cache } from 'millrace/cache';
import type { Clock, Timer } from 'millrace/core';

/**
 * How long a write whose answer was lost may still be stored: a statement ends after 30 s at the latest, and the clock
 * of the database counts from a moment later.
 */
const DOUBT_MS = 35_000;
/** Of so many tags at once each is told apart; beyond them all are in doubt. */
const MAX_DOUBTS = 10_000;

/**
 * Tags of which nobody knows whether a write is still to come. Other instances do not share the doubt, so that what they
 * read meanwhile is invalidated once more at its end.
 */
export class Doubts {
  readonly #cache: Cache;
  readonly #clock: Clock;
  /** Until when, the oldest first. */
  readonly #until = new Map<string, number>();
  #allUntil = 0;
  #timer: Timer | undefined;

  constructor(cache: Cache, clock: Clock) {
    this.#cache = cache;
    this.#clock = clock;
  }

  add(tag: string): void {
    const until = this.#clock.now() + DOUBT_MS;
    this.#until.delete(tag);
    if (this.#until.size >= MAX_DOUBTS) this.#allUntil = until;
    else this.#until.set(tag, until);
    this.#timer ??= this.#clock.schedule(DOUBT_MS, () => this.#end(), { keepAlive: false });
  }

  has(tag: string): boolean {
    if (this.#until.size === 0 && this.#allUntil === 0) return false;
    return this.#clock.now() < Math.max(this.#allUntil, this.#until.get(tag) ?? 0);
  }

  close(): void {
    this.#timer?.cancel();
  }

  /** Forgets what is over, and waits for the next. */
  #end(): void {
    const now = this.#clock.now();
    const isOver = (until: number): boolean => until <= now;
    const over = [...this.#until].filter(([, until]) => isOver(until)).map(([tag]) => tag);
    for (const tag of over) this.#until.delete(tag);
    if (over.length > 0) void this.#cache.invalidateTags(over);
    if (this.#allUntil > 0 && isOver(this.#allUntil)) {
      this.#allUntil = 0;
      void this.#cache.clear();
    }
    const [next = Infinity] = this.#until.values();
    const at = this.#allUntil > 0 ? Math.min(next, this.#allUntil) : next;
    this.#timer = at === Infinity ? undefined : this.#clock.schedule(at - now, () => this.#end(), { keepAlive: false });
  }
}
