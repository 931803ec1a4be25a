/** A place in a {@link Line}. */
export interface Place<T> {
  readonly value: T;
  /** Neighbours while it is in line. */
  before: Place<T> | undefined;
  after: Place<T> | undefined;
}

/** Those who stand in a line, first come first: who is first is known at once, and anybody may leave at any time. */
export class Line<T> {
  #first: Place<T> | undefined;
  #last: Place<T> | undefined;
  #size = 0;

  get first(): T | undefined {
    return this.#first?.value;
  }

  get size(): number {
    return this.#size;
  }

  join(value: T): Place<T> {
    const place: Place<T> = { value, before: this.#last, after: undefined };
    if (this.#last === undefined) this.#first = place;
    else this.#last.after = place;
    this.#last = place;
    this.#size++;
    return place;
  }

  /** Takes a place out; once, and only of this line. */
  leave(place: Place<T>): void {
    const { before, after } = place;
    if (before === undefined) this.#first = after;
    else before.after = after;
    if (after === undefined) this.#last = before;
    else after.before = before;
    this.#size--;
  }
}
