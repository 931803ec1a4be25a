interface Failure {
  readonly error: unknown;
  readonly until: number;
}

/**
 * Loads that failed lately, so that an origin in trouble is asked by one caller in a while and not by everybody. Bounded:
 * the oldest gives way.
 */
export class Failures {
  readonly #maxKeys: number;
  readonly #byKey = new Map<string, Failure>();

  constructor(maxKeys: number) {
    this.#maxKeys = maxKeys;
  }

  get size(): number {
    return this.#byKey.size;
  }

  note(key: string, error: unknown, until: number): void {
    this.#byKey.delete(key);
    this.#byKey.set(key, { error, until });
    if (this.#byKey.size <= this.#maxKeys) return;
    const [oldest] = this.#byKey.keys();
    if (oldest !== undefined) this.#byKey.delete(oldest);
  }

  /** The failure that still counts at `now`. */
  find(key: string, now: number): Failure | undefined {
    const failure = this.#byKey.get(key);
    if (failure === undefined || now < failure.until) return failure;
    this.#byKey.delete(key);
    return undefined;
  }

  forget(key: string): void {
    this.#byKey.delete(key);
  }

  clear(): void {
    this.#byKey.clear();
  }
}
