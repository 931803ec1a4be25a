const NONE = -1;

/**
 * Lists of slots, from the oldest to the newest, that share one pair of link arrays: 8 bytes a slot, and a slot is in one
 * list at most. Who calls knows which list that is.
 */
export class SlotLists {
  #older: Int32Array = new Int32Array(0);
  #newer: Int32Array = new Int32Array(0);
  readonly #oldest: Int32Array;
  readonly #newest: Int32Array;
  readonly #sizes: Int32Array;

  constructor(lists: number) {
    this.#oldest = new Int32Array(lists).fill(NONE);
    this.#newest = new Int32Array(lists).fill(NONE);
    this.#sizes = new Int32Array(lists);
  }

  grow(capacity: number): void {
    this.#older = grown(this.#older, capacity);
    this.#newer = grown(this.#newer, capacity);
  }

  size(list: number): number {
    return this.#sizes[list]!;
  }

  /** The slot that has been in the list longest, or -1. */
  oldest(list: number): number {
    return this.#oldest[list]!;
  }

  /** The slot that came after `slot`, or -1. */
  newer(slot: number): number {
    return this.#newer[slot]!;
  }

  /** The slots of the list, the newest first. */
  *newestFirst(list: number): Iterable<number> {
    for (let slot = this.#newest[list]!; slot !== NONE; slot = this.#older[slot]!) yield slot;
  }

  append(list: number, slot: number): void {
    const last = this.#newest[list]!;
    this.#older[slot] = last;
    this.#newer[slot] = NONE;
    if (last === NONE) this.#oldest[list] = slot;
    else this.#newer[last] = slot;
    this.#newest[list] = slot;
    this.#sizes[list]!++;
  }

  remove(list: number, slot: number): void {
    const older = this.#older[slot]!;
    const newer = this.#newer[slot]!;
    if (older === NONE) this.#oldest[list] = newer;
    else this.#newer[older] = newer;
    if (newer === NONE) this.#newest[list] = older;
    else this.#older[newer] = older;
    this.#sizes[list]!--;
  }

  /** Makes `slot`, which is in `list`, its newest: what each hit does, so without a step too many. */
  renew(list: number, slot: number): void {
    const last = this.#newest[list]!;
    if (last === slot) return;
    const older = this.#older[slot]!;
    const newer = this.#newer[slot]!;
    if (older === NONE) this.#oldest[list] = newer;
    else this.#newer[older] = newer;
    this.#older[newer] = older;
    this.#older[slot] = last;
    this.#newer[slot] = NONE;
    this.#newer[last] = slot;
    this.#newest[list] = slot;
  }

  clear(): void {
    this.#oldest.fill(NONE);
    this.#newest.fill(NONE);
    this.#sizes.fill(0);
  }
}

function grown(old: Int32Array, capacity: number): Int32Array {
  const array = new Int32Array(capacity);
  array.set(old);
  return array;
}
