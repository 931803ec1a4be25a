interface Count {
  held: number;
  asking: number;
}

/** Of which keys this process holds slots, or asks for one: no more than so many. */
export class KeyPlaces {
  readonly #most: number;
  readonly #counts = new Map<string, Count>();

  constructor(most: number) {
    this.#most = most;
  }

  get size(): number {
    return this.#counts.size;
  }

  /** How many slots of a key are held. */
  held(key: string): number {
    return this.#counts.get(key)?.held ?? 0;
  }

  /** Begins to ask; false when there is no room for the key. */
  ask(key: string): boolean {
    const count = this.#counts.get(key);
    if (count !== undefined) count.asking++;
    else if (this.#counts.size >= this.#most) return false;
    else this.#counts.set(key, { held: 0, asking: 1 });
    return true;
  }

  /** Has asked, and got a slot or not. */
  answered(key: string, given: boolean): void {
    const count = this.#counts.get(key)!;
    count.asking--;
    if (given) count.held++;
    this.#forget(key, count);
  }

  released(key: string): void {
    const count = this.#counts.get(key)!;
    count.held--;
    this.#forget(key, count);
  }

  #forget(key: string, { held, asking }: Count): void {
    if (held === 0 && asking === 0) this.#counts.delete(key);
  }
}
