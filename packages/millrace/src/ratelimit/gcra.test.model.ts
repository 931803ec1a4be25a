import type { RateRule } from './rate-rule.ts';

const TICKS_PER_MS = 16_000n;

/**
 * One key under one rule, as a bucket that fills up evenly, in exact arithmetic: the other way round from the limiter,
 * which keeps one time. `full` and `filled` are ticks: a unit is the time in which it flows in.
 */
export class BucketModel {
  readonly #unit: bigint;
  readonly #full: bigint;
  #filled: bigint;
  #at = 0n;

  constructor({ limit, windowMs, burst = limit }: RateRule) {
    const ticks = BigInt(windowMs) * TICKS_PER_MS;
    this.#unit = (ticks + BigInt(limit) - 1n) / BigInt(limit);
    this.#full = BigInt(burst) * this.#unit;
    this.#filled = this.#full;
  }

  /** Lets time pass, to so many milliseconds after the start. */
  to(ms: number): void {
    const now = BigInt(Math.floor(ms * Number(TICKS_PER_MS)));
    this.#filled = smaller(this.#full, this.#filled + now - this.#at);
    this.#at = now;
  }

  /** Milliseconds until `cost` is there. */
  retryAfterMs(cost: number): number {
    const needed = BigInt(cost) * this.#unit;
    return needed > this.#full ? Infinity : upToMs(needed - this.#filled);
  }

  /** Takes `cost` out, or puts it in when it is negative. */
  take(cost: number): void {
    const left = this.#filled - BigInt(cost) * this.#unit;
    this.#filled = smaller(this.#full, left < -this.#full ? -this.#full : left);
  }

  get remaining(): number {
    return this.#filled < 0n ? 0 : Number(this.#filled / this.#unit);
  }

  get resetMs(): number {
    return upToMs(this.#full - this.#filled);
  }
}

/** What passed, with its time in milliseconds. */
export interface Passed {
  readonly atMs: number;
  readonly cost: number;
}

/** The span in which more passed than the rule says, by looking at every span; undefined when there is none. */
export function overAdmission(
  { limit, windowMs, burst = limit }: RateRule,
  passed: readonly Passed[],
): string | undefined {
  for (let first = 0; first < passed.length; first++) {
    let units = 0;
    for (const { atMs, cost } of passed.slice(first)) {
      units += cost;
      const spanMs = atMs - passed[first]!.atMs;
      if (units > burst + (spanMs * limit) / windowMs + 1e-6) return `${units} units in ${spanMs} ms`;
    }
  }
  return undefined;
}

function smaller(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

function upToMs(ticks: bigint): number {
  return ticks <= 0n ? 0 : Number((ticks + TICKS_PER_MS - 1n) / TICKS_PER_MS);
}
