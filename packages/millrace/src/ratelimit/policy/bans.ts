/** Places looked at for one that is over, when there is no room. */
const LOOKS = 32;

/** Keys that are banned, each until a time; in ticks. Those that are over give their places up, without a timer. */
export class Bans {
  readonly #most: number;
  readonly #ends = new Map<string, number>();

  constructor(most: number) {
    this.#most = most;
  }

  get size(): number {
    return this.#ends.size;
  }

  /** Bans until `end`; false when there is no room. */
  set(key: string, end: number, now: number): boolean {
    if (!this.#ends.has(key) && this.#ends.size >= this.#most && !this.#makeRoom(now)) return false;
    this.#ends.set(key, end);
    return true;
  }

  /** Ticks that a key is banned for; 0 when it is not. */
  left(key: string, now: number): number {
    const end = this.#ends.get(key);
    if (end === undefined) return 0;
    if (end <= now) this.#ends.delete(key);
    return Math.max(0, end - now);
  }

  lift(key: string): boolean {
    return this.#ends.delete(key);
  }

  clear(): void {
    this.#ends.clear();
  }

  /** Those that hold go to the end, so that each is come upon in turn. */
  #makeRoom(now: number): boolean {
    let looks = LOOKS;
    for (const [key, end] of this.#ends) {
      this.#ends.delete(key);
      if (end <= now) return true;
      this.#ends.set(key, end);
      if (--looks === 0) return false;
    }
    return false;
  }
}
