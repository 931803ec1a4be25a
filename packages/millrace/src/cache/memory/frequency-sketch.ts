const ROWS = 3;
/** Counters of four bits in one word. */
const PER_WORD = 8;
const MOST = 15;
/** Halves eight counters at once: what a shift brings from a neighbour is masked away. */
const HALVES = 0x77777777;

/**
 * How often keys that are gone were used: a count-min sketch (Cormode and Muthukrishnan 2005) of counters of four bits, at
 * most 8 bytes a slot. It ages a few words at a time, so that no call pays for all of them.
 */
export class FrequencySketch {
  #words: Int32Array = new Int32Array(1);
  /** A counter is chosen by the top bits of a hash. */
  #shift = 32 - 3;
  #hand = 0;

  get words(): number {
    return this.#words.length;
  }

  /** Room for `capacity` slots. What is known stays: a counter becomes two of the same number. */
  grow(capacity: number): void {
    while (this.#words.length < capacity) this.#double();
  }

  /** The most that a key with this hash can have been used; 0 to 15. */
  estimate(hash: number): number {
    let least = MOST;
    for (let row = 0; row < ROWS; row++) {
      const counter = this.#counterOf(hash, row);
      const count = (this.#words[counter >> 3]! >>> ((counter & 7) << 2)) & MOST;
      if (count < least) least = count;
    }
    return least;
  }

  /** Notes that a key was used `count` times, if more is not known. */
  raise(hash: number, count: number): void {
    for (let row = 0; row < ROWS; row++) {
      const counter = this.#counterOf(hash, row);
      const shift = (counter & 7) << 2;
      const word = this.#words[counter >> 3]!;
      if (((word >>> shift) & MOST) < count) this.#words[counter >> 3] = (word & ~(MOST << shift)) | (count << shift);
    }
  }

  /** Halves the counters of the next `words` words, in turn from call to call. */
  age(words: number): void {
    const all = this.#words;
    for (let left = words; left > 0; left--) {
      all[this.#hand] = (all[this.#hand]! >>> 1) & HALVES;
      if (++this.#hand === all.length) this.#hand = 0;
    }
  }

  #counterOf(hash: number, row: number): number {
    let mixed = Math.imul(hash ^ (row * 0x9e3779b9), 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0xc2b2ae35);
    return (mixed ^ (mixed >>> 16)) >>> this.#shift;
  }

  #double(): void {
    const old = this.#words;
    const words = new Int32Array(2 * old.length);
    for (let counter = 0; counter < words.length * PER_WORD; counter++) {
      const from = counter >> 1;
      const count = (old[from >> 3]! >>> ((from & 7) << 2)) & MOST;
      words[counter >> 3]! |= count << ((counter & 7) << 2);
    }
    this.#words = words;
    this.#shift--;
  }
}
