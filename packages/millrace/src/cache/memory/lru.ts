import type { Policy } from './policy.ts';
import { SlotLists } from './slot-lists.ts';

const ALL = 0;

/** Who was used longest ago goes first. */
export class Lru implements Policy {
  readonly #lists = new SlotLists(1);

  grow(capacity: number): void {
    this.#lists.grow(capacity);
  }

  added(slot: number): void {
    this.#lists.append(ALL, slot);
  }

  used(slot: number): void {
    this.#lists.renew(ALL, slot);
  }

  removed(slot: number): void {
    this.#lists.remove(ALL, slot);
  }

  victim(): number {
    return this.#lists.oldest(ALL);
  }

  clear(): void {
    this.#lists.clear();
  }
}
