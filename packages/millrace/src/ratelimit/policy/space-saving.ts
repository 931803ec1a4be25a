/** A key, and how often it came at most; it came `error` times less at least. */
export interface Hit {
  readonly key: string;
  readonly count: number;
  readonly error: number;
}

/**
 * The most frequent keys of a stream in bounded memory. Of `n` keys that came, each that came more than `n / capacity` times
 * is among them, and no count is too high by more than its `error`, which is `n / capacity` at most, nor ever too low.
 *
 * Source: A. Metwally, D. Agrawal, A. El Abbadi, Efficient Computation of Frequent and Top-k Elements in Data Streams,
 * ICDT 2005 ("Space-Saving").
 */
export class SpaceSaving {
  readonly #capacity: number;
  readonly #places = new Map<string, number>();
  readonly #keys: string[] = [];
  readonly #counts: number[] = [];
  readonly #errors: number[] = [];

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  add(key: string): void {
    const place = this.#places.get(key);
    if (place !== undefined) this.#counts[place]!++;
    else if (this.#keys.length < this.#capacity) this.#put(this.#keys.length, key, 0);
    else this.#replace(this.#rarest(), key);
  }

  /** The most frequent ones, first the one that came most. */
  top(count: number): readonly Hit[] {
    const hits = this.#keys.map((key, at) => ({ key, count: this.#counts[at]!, error: this.#errors[at]! }));
    return hits.sort((one, other) => other.count - one.count).slice(0, count);
  }

  clear(): void {
    this.#places.clear();
    this.#keys.length = 0;
    this.#counts.length = 0;
    this.#errors.length = 0;
  }

  #replace(place: number, key: string): void {
    this.#places.delete(this.#keys[place]!);
    this.#put(place, key, this.#counts[place]!);
  }

  #put(place: number, key: string, before: number): void {
    this.#keys[place] = key;
    this.#counts[place] = before + 1;
    this.#errors[place] = before;
    this.#places.set(key, place);
  }

  #rarest(): number {
    let rarest = 0;
    for (let at = 1; at < this.#counts.length; at++) if (this.#counts[at]! < this.#counts[rarest]!) rarest = at;
    return rarest;
  }
}
