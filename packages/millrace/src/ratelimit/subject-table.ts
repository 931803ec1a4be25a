import type { Meter } from './meters/index.ts';

/** The slot of all for whom there is no room. */
export const CROWD = 0;
const FIRST_CAPACITY = 64;
/** Places looked at for each subject that is new: more than one, so that the table shrinks to those who owe something. */
const LOOKS = 3;
const LOOKS_WHEN_FULL = 32;

/**
 * Which slot a subject's counts are in. Who owes nothing is as good as unknown, so their slots are taken for others; they
 * are come upon in turn, a few for each new subject, without a timer. While all places are taken by subjects that owe
 * something, all others together count as one, and who gets a place after that starts with what those owe: whatever
 * happens, nobody is let through more often than if there were a place for everybody.
 */
export class SubjectTable {
  readonly #maxKeys: number;
  #meters: readonly Meter[];
  readonly #slots = new Map<string, number>();
  readonly #keys: (string | undefined)[] = [undefined];
  readonly #free: number[] = [];
  #capacity = 0;
  #hand = 1;
  #crowded = 0;

  constructor(maxKeys: number, meters: readonly Meter[]) {
    this.#maxKeys = maxKeys;
    this.#meters = meters;
    this.#grow(Math.min(maxKeys + 1, FIRST_CAPACITY));
  }

  get size(): number {
    return this.#slots.size;
  }

  /** How often somebody found no place. */
  get crowded(): number {
    return this.#crowded;
  }

  /** The slot that says what this subject owes, without a place being taken. */
  look(key: string): number {
    return this.#slots.get(key) ?? CROWD;
  }

  /** The slot of this subject, taken if need be. It is good until the next call. */
  open(key: string, now: number): number {
    return this.#slots.get(key) ?? this.#take(key, now);
  }

  /** Goes on with these meters over the same slots. Of one that is new nobody owes anything. */
  use(meters: readonly Meter[]): void {
    this.#meters = meters;
    this.#grow(this.#capacity);
  }

  clear(): void {
    this.#slots.clear();
    this.#keys.length = 1;
    this.#free.length = 0;
    this.#hand = 1;
  }

  #take(key: string, now: number): number {
    this.#sweep(now, this.#slots.size < this.#maxKeys ? LOOKS : LOOKS_WHEN_FULL);
    if (this.#slots.size >= this.#maxKeys) {
      this.#crowded++;
      return CROWD;
    }
    const slot = this.#free.pop() ?? this.#keys.length;
    if (slot === this.#capacity) this.#grow(Math.min(this.#maxKeys + 1, 2 * this.#capacity));
    this.#keys[slot] = key;
    this.#slots.set(key, slot);
    for (const meter of this.#meters) meter.copy(CROWD, slot);
    return slot;
  }

  #sweep(now: number, looks: number): void {
    for (let left = Math.min(looks, this.#keys.length - 1); left > 0; left--) {
      if (this.#hand >= this.#keys.length) this.#hand = 1;
      const slot = this.#hand++;
      const key = this.#keys[slot];
      if (key === undefined || !this.#owesNothing(slot, now)) continue;
      this.#slots.delete(key);
      this.#keys[slot] = undefined;
      this.#free.push(slot);
    }
  }

  #owesNothing(slot: number, now: number): boolean {
    for (const meter of this.#meters) if (meter.reset(slot, now) > 0) return false;
    return true;
  }

  #grow(capacity: number): void {
    this.#capacity = capacity;
    for (const meter of this.#meters) meter.grow(capacity);
  }
}
