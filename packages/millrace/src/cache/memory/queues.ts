import type { Policy } from './policy.ts';
import { SlotLists } from './slot-lists.ts';

const ALL = 0;

/** Who came first goes first; a use changes nothing. */
export class Fifo implements Policy {
  protected readonly lists: SlotLists = new SlotLists(1);

  grow(capacity: number): void {
    this.lists.grow(capacity);
  }

  added(slot: number): void {
    this.lists.append(ALL, slot);
  }

  used(_slot: number): void {}

  removed(slot: number): void {
    this.lists.remove(ALL, slot);
  }

  victim(): number {
    return this.lists.oldest(ALL);
  }

  hottest(): Iterable<number> {
    return this.lists.newestFirst(ALL);
  }

  clear(): void {
    this.lists.clear();
  }
}

/** Who was used longest ago goes first: a use makes a slot the newest. */
export class Lru extends Fifo {
  override used(slot: number): void {
    this.lists.renew(ALL, slot);
  }
}
