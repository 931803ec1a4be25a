import type { Arrival, UserSlot } from './arrival.ts';

/** Holds a user's arrivals while its prerequisite is under way, so that it runs once at a time a user. */
export class PrerequisiteGate<User> {
  readonly #shut: Set<UserSlot<User>> = new Set();
  #size = 0;

  /** Arrivals held. */
  get size(): number {
    return this.#size;
  }

  /** Holds the arrival if its user's gate is shut. */
  holds(arrival: Arrival<User>): boolean {
    if (arrival.user.waiting === undefined) return false;
    arrival.user.waiting.push(arrival);
    this.#size++;
    return true;
  }

  /** Shuts the user's gate behind the arrival that found out. */
  shut(user: UserSlot<User>, first: Arrival<User>): void {
    user.waiting = [first];
    this.#shut.add(user);
    this.#size++;
  }

  /** Opens the user's gate. Returns who waited, in order. */
  open(user: UserSlot<User>): readonly Arrival<User>[] {
    const waiting = user.waiting ?? [];
    user.waiting = undefined;
    this.#shut.delete(user);
    this.#size -= waiting.length;
    return waiting;
  }

  /** Takes out one that has waited longest behind the gate shut longest; undefined when none is held. */
  dropOldest(): Arrival<User> | undefined {
    for (const user of this.#shut) {
      const arrival = user.waiting?.shift();
      if (arrival === undefined) continue;
      this.#size--;
      return arrival;
    }
    return undefined;
  }
}
