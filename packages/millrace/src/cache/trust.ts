/**
 * From when on what was loaded is believed. Without a shared log, always. With one: what was loaded before it lost
 * something is not; and while it cannot be reached, only what was loaded lately is.
 */
export class Trust {
  readonly #maxStalenessMs: number;
  /** What was loaded until then may have been invalidated unheard. */
  #since = -Infinity;
  #provenAt: number;

  /** @param maxStalenessMs Infinity without a shared log. */
  constructor(maxStalenessMs: number) {
    this.#maxStalenessMs = maxStalenessMs;
    this.#provenAt = maxStalenessMs === Infinity ? Infinity : -Infinity;
  }

  /** When nothing was missing last. */
  get provenAt(): number {
    return this.#provenAt;
  }

  /** The log lost something before `now`. */
  reset(now: number): void {
    this.#since = now;
  }

  /** Nothing was missing at `at`. */
  proven(at: number): void {
    if (at > this.#provenAt) this.#provenAt = at;
  }

  /** What was loaded at this time or before is not believed at `now`. */
  until(now: number): number {
    if (now - this.#provenAt <= this.#maxStalenessMs) return this.#since;
    return Math.max(this.#since, now - this.#maxStalenessMs);
  }
}
