/**
 * Chooses who gives way. Values live in numbered slots; a slot is told `added` once, `used` any number of times and
 * `removed` once, and may then be given to another key. A policy allocates nothing but in `grow`.
 */
export interface Policy {
  /** Makes room for slots below `capacity`; never called with less than before. */
  grow(capacity: number): void;
  added(slot: number, key: string): void;
  used(slot: number): void;
  /** Called too for what `victim` named, once that has been given up. */
  removed(slot: number, key: string): void;
  /** The slot that should go so that the bounds are kept; `candidate`, the one just put, when it should not have come. */
  victim(candidate: number): number;
  /** Every slot that is held, the one that is worth most first, as far as the policy knows. */
  hottest(): Iterable<number>;
  /** All slots are free again. What was learnt about keys may be kept. */
  clear(): void;
}
