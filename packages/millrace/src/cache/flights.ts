import type { Clock, Timer } from '../core/index.ts';
import { isThenable } from './thenable.ts';

/*
 * Single flight that no invalidation can fool.
 *
 * The defect that most caches have: a load starts, the row changes, the key is deleted, the load ends and
 * stores what it read before the change. Deleting the entry cannot help, for there is none yet. So the load
 * itself must be told. Every load is a flight, and a flight has two memberships:
 *
 * - `#running`: it has not settled. This bounds the number of loads and lets close() reach them all.
 * - `#joinable`: it is the one flight that callers of its key may join, and that may store what it read.
 *
 * A flight becomes joinable BEFORE its loader is called, so that there is no moment at which the loader could
 * read something and an invalidation could miss it. An invalidation takes the flight out of `#joinable` and
 * lets it run on: those who came before still get the answer that was true when they asked, those who come
 * after start a flight of their own, and the old one finds itself replaced when it ends and stores nothing.
 * Whether a flight may store is therefore one identity check, with no clock and no counter to compare.
 * (Between processes positions in a log take the place of identity, see log/position-log.ts; the rule "taken before
 * the load, compared when it ends" is the same.)
 *
 * The single flight of millrace/core does not know at the end of a load whether it was forgotten meanwhile, finds
 * nothing by tag, and always answers with a promise; here these are the matter itself.
 */

/** What a loader's run is told of its place. */
export interface FlightControl {
  /** Aborts when the load has failed, has taken too long, or the cache is closed. */
  readonly signal: AbortSignal;
  /** Aborts when what it reads is no longer to be stored, because it was invalidated. */
  readonly outdated: AbortSignal;
}

/** What to run, and whom to tell. */
export interface LoadPlan {
  readonly key: string;
  readonly tags: readonly string[];
  /** How many invalidations there had been. */
  readonly changes: number;
  /** Whether others may wait for it. One that nobody may wait for is stored nowhere. */
  readonly joinable: boolean;
  readonly load: (control: FlightControl) => unknown;
  /** Called once, before any waiter goes on, when an outcome came in time. `current`: it may be stored. Gives the answer. */
  readonly landed: (outcome: unknown, current: boolean) => unknown;
  /** Called once when the loader threw, was `late`, or was aborted. */
  readonly failed: (error: unknown, how: { readonly late: boolean; readonly current: boolean }) => void;
}

/** One run of a loader. */
export class Flight {
  readonly plan: LoadPlan;
  readonly #abort: AbortController = new AbortController();
  readonly #outdated: AbortController = new AbortController();
  readonly #promise: PromiseWithResolvers<unknown> = Promise.withResolvers<unknown>();
  timer: Timer | undefined;

  constructor(plan: LoadPlan) {
    this.plan = plan;
    this.#promise.promise.catch(() => {}); // A loader that threw at once has told its caller.
  }

  get promise(): Promise<unknown> {
    return this.#promise.promise;
  }

  get control(): FlightControl {
    return { signal: this.#abort.signal, outdated: this.#outdated.signal };
  }

  detach(): void {
    this.#outdated.abort();
  }

  /** Gives the answer; what storing it throws is the answer too. */
  land(outcome: unknown, current: boolean): unknown {
    try {
      const answer = this.plan.landed(outcome, current);
      this.#promise.resolve(answer);
      return answer;
    } catch (error) {
      this.#promise.reject(error);
      throw error;
    }
  }

  fail(error: unknown, how: { readonly late: boolean; readonly current: boolean }): void {
    this.#abort.abort(error);
    this.plan.failed(error, how);
    this.#promise.reject(error);
  }
}

/** The loads in flight, at most one of them joinable per key. */
export class Flights {
  readonly #clock: Clock;
  readonly #timeoutMs: number;
  readonly #lateError: () => Error;
  readonly #joinable = new Map<string, Flight>();
  readonly #running = new Set<Flight>();

  /** @param lateError makes the error of a load that took longer than `timeoutMs`. */
  constructor(clock: Clock, timeoutMs: number, lateError: () => Error) {
    this.#clock = clock;
    this.#timeoutMs = timeoutMs;
    this.#lateError = lateError;
  }

  /** Loads that have not settled, joinable or not. */
  get size(): number {
    return this.#running.size;
  }

  /** The flight that callers of `key` may join. */
  join(key: string): Flight | undefined {
    return this.#joinable.get(key);
  }

  /** Starts a flight. A loader that answers or throws at once is passed on at once. */
  start(plan: LoadPlan): unknown {
    const flight = new Flight(plan);
    this.#running.add(flight);
    if (plan.joinable) this.#joinable.set(plan.key, flight);
    let outcome: unknown;
    try {
      outcome = plan.load(flight.control);
    } catch (error) {
      this.#fail(flight, error);
      throw error;
    }
    if (isThenable(outcome)) {
      this.#await(flight, outcome);
      return flight.promise;
    }
    // A loader that closed the cache has ended its own flight.
    return this.#running.has(flight) ? this.#land(flight, outcome) : flight.promise;
  }

  /** Lets the flight of `key` run on for those who wait, unseen by those who come later; returns how many, 0 or 1. */
  detach(key: string): number {
    const flight = this.#joinable.get(key);
    if (flight === undefined) return 0;
    this.#detach(flight);
    return 1;
  }

  /** The same for every flight that carries one of `tags`; returns how many. */
  detachTagged(tags: ReadonlySet<string>): number {
    let count = 0;
    for (const flight of this.#joinable.values()) {
      if (!flight.plan.tags.some((tag) => tags.has(tag))) continue;
      this.#detach(flight);
      count++;
    }
    return count;
  }

  /** The same for every flight whose key `names` says; returns how many. */
  detachNamed(names: (key: string) => boolean): number {
    let count = 0;
    for (const [key, flight] of this.#joinable) {
      if (!names(key)) continue;
      this.#detach(flight);
      count++;
    }
    return count;
  }

  /** The same for every flight; returns how many. */
  detachAll(): number {
    const count = this.#joinable.size;
    for (const flight of this.#joinable.values()) this.#detach(flight);
    return count;
  }

  /** Aborts and rejects everything that runs. */
  abortAll(reason: Error): void {
    for (const flight of [...this.#running]) this.#fail(flight, reason);
  }

  #await(flight: Flight, outcome: PromiseLike<unknown>): void {
    if (this.#running.has(flight)) {
      flight.timer = this.#clock.schedule(this.#timeoutMs, () => this.#fail(flight, this.#lateError(), true));
    }
    Promise.resolve(outcome)
      .then((landed) => void this.#land(flight, landed))
      .catch((error: unknown) => this.#fail(flight, error));
  }

  #detach(flight: Flight): void {
    this.#joinable.delete(flight.plan.key);
    flight.detach();
  }

  #land(flight: Flight, outcome: unknown): unknown {
    const current = this.#isCurrent(flight);
    return this.#leave(flight) ? flight.land(outcome, current) : undefined;
  }

  #fail(flight: Flight, error: unknown, late = false): void {
    const current = this.#isCurrent(flight);
    if (this.#leave(flight)) flight.fail(error, { late, current });
  }

  #isCurrent(flight: Flight): boolean {
    return this.#joinable.get(flight.plan.key) === flight;
  }

  /** Ends the flight's memberships; false when it had settled before. */
  #leave(flight: Flight): boolean {
    if (!this.#running.delete(flight)) return false;
    if (this.#isCurrent(flight)) this.#joinable.delete(flight.plan.key);
    flight.timer?.cancel();
    return true;
  }
}
