import type { Policy } from './policy.ts';
import { SlotLists } from './slot-lists.ts';

/** Priorities in use at one time lie in a range of so many. */
const RING = 256;
const MOST_USES = RING - 1;

/**
 * Who was used least goes first; among equals the one whose last use is longest ago. A use counts from where the last
 * victim stood (LFU with dynamic ageing, Arlitt et al. 2000), so that what was popular long ago does not stay for ever: a
 * slot has a list by its priority, and the lists stand in a ring that turns as the floor rises.
 */
export class Lfu implements Policy {
  readonly #lists = new SlotLists(RING);
  #uses: Uint8Array = new Uint8Array(0);
  /** The list of each slot: its priority, modulo the ring. */
  #places: Uint8Array = new Uint8Array(0);
  /** The lowest priority there can be, modulo the ring. */
  #floor = 0;

  grow(capacity: number): void {
    this.#lists.grow(capacity);
    this.#uses = grown(this.#uses, capacity);
    this.#places = grown(this.#places, capacity);
  }

  added(slot: number): void {
    this.#uses[slot] = 1;
    this.#place(slot);
  }

  used(slot: number): void {
    this.#lists.remove(this.#places[slot]!, slot);
    if (this.#uses[slot]! < MOST_USES) this.#uses[slot]!++;
    this.#place(slot);
  }

  removed(slot: number): void {
    this.#lists.remove(this.#places[slot]!, slot);
  }

  /** Never the candidate while there is another: it would never get to its second use. */
  victim(candidate: number): number {
    while (this.#lists.oldest(this.#floor) < 0) this.#floor = (this.#floor + 1) % RING;
    for (let above = 0; above < RING; above++) {
      const oldest = this.#lists.oldest((this.#floor + above) % RING);
      if (oldest < 0) continue;
      const victim = oldest === candidate ? this.#lists.newer(oldest) : oldest;
      if (victim >= 0) return victim;
    }
    return candidate;
  }

  *hottest(): Iterable<number> {
    for (let above = RING - 1; above >= 0; above--) yield* this.#lists.newestFirst((this.#floor + above) % RING);
  }

  clear(): void {
    this.#lists.clear();
    this.#floor = 0;
  }

  #place(slot: number): void {
    const place = (this.#floor + this.#uses[slot]!) % RING;
    this.#places[slot] = place;
    this.#lists.append(place, slot);
  }
}

function grown(old: Uint8Array, capacity: number): Uint8Array {
  const array = new Uint8Array(capacity);
  array.set(old);
  return array;
}
