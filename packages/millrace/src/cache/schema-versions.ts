/** The schema versions under which there may be values of one namespace: this program's own, and others that were met. */
export class SchemaVersions {
  readonly own: number;
  readonly #known: Set<number>;

  constructor(own: number) {
    this.own = own;
    this.#known = new Set([own]);
  }

  /** All of them. */
  get known(): Iterable<number> {
    return this.#known;
  }

  /** Notes versions; whether one of them was not known. */
  learn(versions: readonly number[]): boolean {
    const before = this.#known.size;
    for (const version of versions) this.#known.add(version);
    return this.#known.size > before;
  }
}
