import type { Random } from '../../core/index.ts';
import { TinyLfu } from './tiny-lfu.ts';

/** The windows that are tried, as shares of the cache. */
const SHARES: readonly number[] = [0.01, 0.15, 0.5, 1];
/** Hits are compared after so many requests for each value that a trial may hold. */
const PERIOD = 2;
/** What a hit counts for at the next comparison. */
const KEEP = 0.8;
/** Another window must have met so much more of the requests of one comparison to be taken. */
const MARGIN = 0.005;

/**
 * Small caches of hashes that hold no values: each has another window, all see the same sample of the keys, and whose
 * window meets most of them is worth having. A cache of 1/n of the size that sees 1/n of the keys behaves as the whole
 * one does (Waldspurger et al., "Cache modeling and optimization using miniature simulations", ATC 2017).
 */
export class WindowTrials {
  readonly #trials: readonly Trial[];
  readonly #period: number;
  #asked = 0;
  #best: number;

  /** `windowShare`, that of earlier trials, is in force until another is better; default everything. */
  constructor(capacity: number, random: Random, windowShare: number = 1) {
    this.#best = SHARES.indexOf(windowShare);
    this.#trials = SHARES.map((share) => new Trial(capacity, share, random));
    this.#period = Math.max(200, PERIOD * capacity);
  }

  /** The share of the window that has served best of late. */
  get windowShare(): number {
    return SHARES[this.#best]!;
  }

  /** A key of the sample was asked for. */
  ask(hash: number): void {
    for (const trial of this.#trials) trial.ask(hash);
    if (++this.#asked < this.#period) return;
    this.#asked = 0;
    this.#judge();
  }

  /** The widest of the best, if it is clearly better than what is in force. */
  #judge(): void {
    const trials = this.#trials;
    let first = 0;
    for (let at = 1; at < trials.length; at++) if (trials[at]!.hits >= trials[first]!.hits) first = at;
    if (trials[first]!.hits > trials[this.#best]!.hits + MARGIN * this.#period) this.#best = first;
    for (const trial of trials) trial.hits *= KEEP;
  }
}

class Trial {
  readonly #capacity: number;
  readonly #policy: TinyLfu;
  readonly #slots = new Map<number, number>();
  readonly #hashes: Int32Array;
  /** The slot of the next newcomer. */
  #next = 0;
  hits = 0;

  constructor(capacity: number, share: number, random: Random) {
    this.#capacity = capacity;
    this.#policy = new TinyLfu(share, random);
    this.#policy.grow(capacity + 1);
    this.#hashes = new Int32Array(capacity + 1);
  }

  ask(hash: number): void {
    const held = this.#slots.get(hash);
    if (held !== undefined) {
      this.hits++;
      this.#policy.used(held);
      return;
    }
    const slot = this.#next;
    this.#slots.set(hash, slot);
    this.#hashes[slot] = hash;
    this.#policy.added(slot, hash);
    this.#next = this.#slots.size > this.#capacity ? this.#evict() : this.#slots.size;
  }

  /** Answers the slot that has become free. */
  #evict(): number {
    const victim = this.#policy.victim();
    const hash = this.#hashes[victim]!;
    this.#policy.removed(victim, hash);
    this.#slots.delete(hash);
    return victim;
  }
}
