/** A cache of equal values that is asked for a key, and stores it when it has it not. */
export interface ReferenceCache {
  /** Whether `key` was there. */
  ask(key: number): boolean;
}

export type CreateReference = (capacity: number) => ReferenceCache;

/** The policies that ours is held against, each as its paper has it and written for reading. */
export const REFERENCES: Readonly<Record<string, CreateReference>> = {
  FIFO: (capacity) => new FifoCache(capacity),
  LRU: (capacity) => new LruCache(capacity),
  SIEVE: (capacity) => new SieveCache(capacity),
  'S3-FIFO': (capacity) => new S3FifoCache(capacity),
  'W-TinyLFU 1 %': (capacity) => new TinyLfuCache(capacity, 0.01),
};

function oldestOf(keys: Set<number> | Map<number, number>): number {
  return keys.keys().next().value as number;
}

class FifoCache implements ReferenceCache {
  readonly #capacity: number;
  readonly #keys = new Set<number>();

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  ask(key: number): boolean {
    if (this.#keys.has(key)) return true;
    if (this.#keys.size === this.#capacity) this.#keys.delete(oldestOf(this.#keys));
    this.#keys.add(key);
    return false;
  }
}

class LruCache implements ReferenceCache {
  readonly #capacity: number;
  readonly #keys = new Set<number>();

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  ask(key: number): boolean {
    const isHit = this.#keys.delete(key);
    if (!isHit && this.#keys.size === this.#capacity) this.#keys.delete(oldestOf(this.#keys));
    this.#keys.add(key);
    return isHit;
  }
}

/** Zhang et al., NSDI 2024: a hand goes from the oldest to the newest and takes the first that was not visited. */
class SieveCache implements ReferenceCache {
  readonly #capacity: number;
  readonly #visited = new Map<number, boolean>();
  #hand: Iterator<[number, boolean]> | undefined;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  ask(key: number): boolean {
    if (this.#visited.has(key)) {
      this.#visited.set(key, true);
      return true;
    }
    if (this.#visited.size === this.#capacity) this.#evict();
    this.#visited.set(key, false);
    return false;
  }

  #evict(): void {
    for (;;) {
      this.#hand ??= this.#visited.entries();
      const { value, done } = this.#hand.next();
      if (done) {
        this.#hand = undefined;
        continue;
      }
      const [key] = value;
      if (this.#visited.get(key)) this.#visited.set(key, false);
      else {
        this.#visited.delete(key);
        return;
      }
    }
  }
}

/** Yang et al., SOSP 2023: a small queue for the new (10 %), a main one, and a ghost of what the small one gave up. */
class S3FifoCache implements ReferenceCache {
  readonly #capacity: number;
  readonly #smallCapacity: number;
  readonly #small = new Map<number, number>();
  readonly #main = new Map<number, number>();
  readonly #ghost = new Set<number>();

  constructor(capacity: number) {
    this.#capacity = capacity;
    this.#smallCapacity = Math.max(1, Math.floor(capacity / 10));
  }

  ask(key: number): boolean {
    for (const queue of [this.#small, this.#main]) {
      const uses = queue.get(key);
      if (uses === undefined) continue;
      queue.set(key, Math.min(3, uses + 1));
      return true;
    }
    while (this.#small.size + this.#main.size >= this.#capacity) this.#evict();
    if (this.#ghost.delete(key)) this.#main.set(key, 0);
    else this.#small.set(key, 0);
    return false;
  }

  #evict(): void {
    if (this.#small.size < this.#smallCapacity && this.#main.size > 0) this.#evictFromMain();
    else this.#evictFromSmall();
  }

  #evictFromSmall(): void {
    const key = oldestOf(this.#small);
    const uses = this.#small.get(key)!;
    this.#small.delete(key);
    if (uses > 1) this.#main.set(key, 0);
    else {
      this.#ghost.add(key);
      if (this.#ghost.size > this.#capacity - this.#smallCapacity) this.#ghost.delete(oldestOf(this.#ghost));
    }
  }

  #evictFromMain(): void {
    for (;;) {
      const key = oldestOf(this.#main);
      const uses = this.#main.get(key)!;
      this.#main.delete(key);
      if (uses === 0) return;
      this.#main.set(key, uses - 1);
    }
  }
}

/** Einziger et al., ACM ToS 2017: a window, a main part in two segments, and admission by counts that are halved. */
class TinyLfuCache implements ReferenceCache {
  readonly #windowCapacity: number;
  readonly #mainCapacity: number;
  readonly #protectedCapacity: number;
  readonly #window = new Set<number>();
  readonly #probation = new Set<number>();
  readonly #protected = new Set<number>();
  /** Exact, where the paper has a sketch. */
  readonly #counts = new Map<number, number>();
  #sample = 0;

  constructor(capacity: number, windowShare: number) {
    this.#windowCapacity = Math.max(1, Math.round(windowShare * capacity));
    this.#mainCapacity = capacity - this.#windowCapacity;
    this.#protectedCapacity = Math.floor(0.8 * this.#mainCapacity);
  }

  ask(key: number): boolean {
    this.#count(key);
    if (this.#window.delete(key)) this.#window.add(key);
    else if (this.#protected.delete(key)) this.#protected.add(key);
    else if (this.#probation.delete(key)) this.#protect(key);
    else {
      this.#window.add(key);
      if (this.#window.size > this.#windowCapacity) this.#leaveWindow();
      return false;
    }
    return true;
  }

  #protect(key: number): void {
    this.#protected.add(key);
    if (this.#protected.size <= this.#protectedCapacity) return;
    const demoted = oldestOf(this.#protected);
    this.#protected.delete(demoted);
    this.#probation.add(demoted);
  }

  #leaveWindow(): void {
    const candidate = oldestOf(this.#window);
    this.#window.delete(candidate);
    if (this.#probation.size + this.#protected.size >= this.#mainCapacity) {
      const from = this.#probation.size > 0 ? this.#probation : this.#protected;
      const victim = oldestOf(from);
      if (this.#countOf(candidate) <= this.#countOf(victim)) return;
      from.delete(victim);
    }
    this.#probation.add(candidate);
  }

  #countOf(key: number): number {
    return this.#counts.get(key) ?? 0;
  }

  #count(key: number): void {
    this.#counts.set(key, Math.min(15, this.#countOf(key) + 1));
    this.#sample++;
    if (this.#sample < 10 * (this.#windowCapacity + this.#mainCapacity)) return;
    this.#sample >>= 1;
    for (const [each, count] of this.#counts) {
      if (count > 1) this.#counts.set(each, count >> 1);
      else this.#counts.delete(each);
    }
  }
}
