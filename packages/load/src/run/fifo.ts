/** A first-in first-out queue: constant time at both ends, no memory kept for what has left. */
export class Fifo<T> {
  #items: (T | undefined)[] = [];
  #head = 0;

  get size(): number {
    return this.#items.length - this.#head;
  }

  push(item: T): void {
    this.#items.push(item);
  }

  /**
   * The oldest that matches, taken out; undefined when none does. Those before it move up by one place: as many steps
   * as the search took.
   */
  take(matches: (item: T) => boolean): T | undefined {
    for (let at = this.#head; at < this.#items.length; at++) {
      const item = this.#items[at] as T;
      if (!matches(item)) continue;
      this.#items.copyWithin(this.#head + 1, this.#head, at);
      this.shift();
      return item;
    }
    return undefined;
  }

  /** The oldest, taken out; undefined when empty. */
  shift(): T | undefined {
    if (this.#head === this.#items.length) return undefined;
    const item = this.#items[this.#head];
    this.#items[this.#head++] = undefined;
    if (this.#head >= 1_024 && this.#head * 2 >= this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return item;
  }
}
