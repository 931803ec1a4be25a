import type { Random } from '../../core/index.ts';
import { KeyedHash } from './keyed-hash.ts';
import type { Policy } from './policy.ts';
import { TinyLfu } from './tiny-lfu.ts';
import { WindowTrials } from './window-trials.ts';

/*
 * The default policy, and why it is what it is.
 *
 * No fixed policy is best everywhere. Recency alone (LRU) is right where what was used will soon be used again and then
 * never more: the rows of a transaction, a page with its parts. It fails on a loop over more than fits, of which it meets
 * nothing again, and on a scan, which sweeps out all that is popular. Frequency alone is right for a popularity that stays,
 * and fails where it shifts. TinyLFU (Einziger, Friedman and Manes 2017) puts a newcomer to the test: it must have been
 * used more often than whom it would push out, by counts of four bits in a sketch, halved as time goes on, that remember
 * keys long after they have gone. W-TinyLFU lets it live in a small window first, so that a burst is served before its
 * count has grown. How large that window should be is the question: with 1 % a loop is served at its optimum and the rows
 * of a transaction almost not at all; with 100 % it is LRU, and the other way round. "Adaptive Software Cache Management"
 * (Einziger, Eytan, Friedman and Manes, Middleware 2018) climbs: a step of the window's size, kept up while the hit ratio
 * grows. A climb sees one slope at a time in the noise of the load itself, and starts from one end.
 *
 * S3-FIFO (Yang et al., SOSP 2023) and SIEVE (Zhang et al., NSDI 2024) have simpler queues, whose hits move nothing. They
 * were made for many threads, of which a JavaScript heap has one, and stand between LRU and TinyLFU: a loop empties both,
 * and a second use that comes later than the small queue lasts is lost on SIEVE.
 *
 * So this is W-TinyLFU whose window is chosen by trial, not by climbing. A few small caches that hold hashes and no values
 * see a sample of the keys, each with another window from 1 % to all of it, and the window that meets most of them of late
 * is the window of the whole ("Cache Modeling and Optimization using Miniature Simulations", Waldspurger et al., ATC 2017).
 * They see the same requests, so they differ by the window alone, and one that does badly costs nothing but its own misses.
 * Their size is fixed: a large cache samples few of its keys, and a hit outside the sample pays one bit's look for all this.
 * `apps/bench/src/cache` has the workloads and the rival policies by which the windows and constants were chosen.
 */

/** The trials have at most so many values each, and at least half of that where the cache is as large. */
const TRIAL_CAPACITY = 128;
/** When nobody has had to go for so many requests of the sample, everything fits, and the trials rest. */
const QUIET = 16 * TRIAL_CAPACITY;

/** W-TinyLFU whose window has the size that serves a sample of the keys best. */
export class Adaptive implements Policy {
  readonly #random: Random;
  readonly #hash: KeyedHash;
  readonly #policy: TinyLfu;
  #trials: WindowTrials;
  /** What the trials stand for a cache of. */
  #scale = 0;
  /** A key is in the sample when these bits of its hash are 0. */
  #mask = 0;
  /** One bit a slot: whether its key is in the sample. */
  #sampled: Int32Array = new Int32Array(0);
  /** Requests of the sample since somebody last had to go. */
  #quiet = 0;
  readonly #sampleHashes = new Map<number, number>();

  constructor(random: Random) {
    this.#random = random.fork('adaptive');
    this.#hash = new KeyedHash(this.#random);
    this.#trials = new WindowTrials(1, this.#random);
    this.#policy = new TinyLfu(this.#trials.windowShare, this.#random);
  }

  grow(capacity: number): void {
    this.#policy.grow(capacity);
    const sampled = new Int32Array((capacity + 31) >>> 5);
    sampled.set(this.#sampled);
    this.#sampled = sampled;
    this.#rescale(capacity);
  }

  added(slot: number, key: string): void {
    const hash = this.#hash.of(key);
    this.#policy.added(slot, hash);
    if ((hash & this.#mask) !== 0) return;
    this.#sampled[slot >>> 5]! |= 1 << (slot & 31);
    this.#sampleHashes.set(slot, hash);
    this.#ask(hash);
  }

  used(slot: number): void {
    this.#policy.used(slot);
    if (((this.#sampled[slot >>> 5]! >>> (slot & 31)) & 1) === 0) return;
    this.#ask(this.#sampleHashes.get(slot)!);
  }

  removed(slot: number, key: string): void {
    this.#policy.removed(slot, this.#policy.hasGrown(slot) ? this.#hash.of(key) : 0);
    if (this.#sampleHashes.delete(slot)) this.#sampled[slot >>> 5]! &= ~(1 << (slot & 31));
  }

  victim(): number {
    this.#quiet = 0;
    const { size } = this.#policy;
    if (2 * size < this.#scale || size > 2 * this.#scale) this.#rescale(size);
    return this.#policy.victim();
  }

  hottest(): Iterable<number> {
    return this.#policy.hottest();
  }

  clear(): void {
    this.#policy.clear();
    this.#sampled.fill(0);
    this.#sampleHashes.clear();
  }

  #ask(hash: number): void {
    if ((hash & this.#mask) !== 0 || ++this.#quiet > QUIET) return;
    this.#trials.ask(hash);
    this.#policy.windowShare = this.#trials.windowShare;
  }

  #rescale(scale: number): void {
    this.#scale = scale;
    this.#mask = 0;
    let capacity = scale;
    for (; capacity > TRIAL_CAPACITY; capacity >>= 1) this.#mask = 2 * this.#mask + 1;
    this.#trials = new WindowTrials(capacity, this.#random, this.#trials.windowShare);
  }
}
