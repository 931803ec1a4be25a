import type { Policy } from './policy.ts';
import { SlotLists } from './slot-lists.ts';

const ALL = 0;

/** Who came first goes first; a use changes nothing. */
export class Fifo implements Policy {
  readonly #lists = new SlotLists(1);

  grow(capacity: number): void {
    this.#lists.grow(capacity);
  }

  added(slot: number): void {
    this.#lists.append(ALL, slot);
  }

  used(): void {}

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
