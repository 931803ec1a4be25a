import type { Reading } from '../shared/redis-counts.ts';
import { type LeaseTerms, MIN_LEASE } from './lease-terms.ts';
import type { LeasedRateDecision } from './leased-rate-limiter.ts';

/** Units that Redis has counted for this process, and that have not been used yet. */
export interface Lease {
  units: number;
  /** When Redis counted them, in its ticks. */
  readonly since: number;
  readonly endsMs: number;
}

/** Somebody for whom there was no lease. */
export interface Waiter {
  readonly cost: number;
  readonly decide: (decision: LeasedRateDecision | Promise<LeasedRateDecision>) => void;
}

/** What this process holds for one key: a lease, the next one, and what it has seen of the demand. */
export class Holding {
  readonly key: string;
  readonly waiting: Waiter[] = [];
  /** Whether a lease is being asked for. */
  asking = false;
  /** So little is left that every question goes to Redis. */
  near = false;
  /** What Redis said last. */
  told: Reading | undefined;
  /** When it was last given a place or a lease. */
  renewedMs: number;
  #leases: Lease[] = [];
  #refillAt = -1;
  #used = 0;
  #sinceMs: number;
  #unitsPerMs = 0;

  constructor(key: string, nowMs: number) {
    this.key = key;
    this.renewedMs = nowMs;
    this.#sinceMs = nowMs;
  }

  get units(): number {
    return this.#leases.reduce((sum, { units }) => sum + units, 0);
  }

  /** Whether it is time to ask for the next lease. */
  get runsOut(): boolean {
    return !this.asking && this.#leases.length === 1 && this.#leases[0]!.units <= this.#refillAt;
  }

  /** Takes units of what is leased, of one lease alone, which it tells; undefined when there are not so many. */
  take(cost: number, nowMs: number): Lease | undefined {
    for (const lease of this.#leases) {
      if (lease.units < cost || nowMs >= lease.endsMs) continue;
      lease.units -= cost;
      this.#used += cost;
      if (lease.units === 0) this.#leases = this.#leases.filter(({ units }) => units > 0);
      return lease;
    }
    return undefined;
  }

  /** Somebody could not be served of what is leased. */
  missed(cost: number): void {
    this.#used += cost;
  }

  add(lease: Lease): void {
    this.#leases.push(lease);
    this.#refillAt = Math.floor(lease.units / 2);
  }

  /** No lease was to be had: the one that is there is used up without asking again. */
  refused(): void {
    this.#refillAt = -1;
  }

  /** The leases that are over, with what is left of them, which is not held any more. */
  lapse(nowMs: number): readonly Lease[] {
    const over = this.#leases.filter(({ endsMs }) => nowMs >= endsMs);
    if (over.length > 0) this.#leases = this.#leases.filter(({ endsMs }) => nowMs < endsMs);
    return over;
  }

  /**
   * How much to lease: as much as was used lately in the time that a lease is for, so never more than that has been used;
   * no more than may be, and no more than its part of what is left.
   */
  size(nowMs: number, { most, part, holdMs }: LeaseTerms): number {
    const passedMs = nowMs - this.#sinceMs;
    const lately = this.#used / Math.max(passedMs, holdMs);
    const unitsPerMs = Math.max(this.#unitsPerMs, lately);
    if (passedMs >= holdMs) {
      this.#unitsPerMs = (this.#unitsPerMs + lately) / 2;
      this.#used = 0;
      this.#sinceMs = nowMs;
    }
    if (this.near || this.told === undefined) return 0;
    const size = Math.floor(Math.min(unitsPerMs * holdMs, most, this.told.remaining * part));
    return size < MIN_LEASE ? 0 : size;
  }
}
