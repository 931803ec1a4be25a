/** The numbers of a limit. */
export interface MeterLimit {
  readonly limit: number;
  readonly windowMs: number;
  readonly burst: number;
}

/** Units that were counted and not used. */
export interface Unused {
  readonly units: number;
  /** How many of those that were counted with them have been used. */
  readonly used: number;
  /** When they were counted, in ticks. */
  readonly since: number;
  /** What the slot owed at least just before that, in ticks. */
  readonly before: number;
}

/**
 * One limit for many subjects, each in a numbered slot. Times are ticks, costs whole units. Nothing here holds a timer:
 * what a slot owes is worked out when it is asked for.
 */
export interface Meter {
  /** Changes the numbers. What is owed stays owed, but never so that somebody waits for more than may be owed now. */
  change(limit: MeterLimit, now: number): void;
  /** Makes room for slots below `capacity`. */
  grow(capacity: number): void;
  /** Makes `slot` what `from` is. */
  copy(from: number, slot: number): void;
  /** Ticks until `cost` can pass: 0 at once, Infinity never. Counts nothing. */
  wait(slot: number, now: number, cost: number): number;
  /** Counts `cost` units, whether they fit or not. However much it is, the slot is free again two windows later. */
  add(slot: number, now: number, cost: number): void;
  /**
   * Gives back what was counted and not used, as far as it still counts: the slot never has more than if only what was used
   * had been counted.
   */
  back(slot: number, now: number, unused: Unused): void;
  /** Units that can pass now. */
  remaining(slot: number, now: number): number;
  /** Ticks until the slot is as if it had never been used; 0 when it is. */
  reset(slot: number, now: number): number;
}
