/** One number a slot, as a double. Takes no memory before a slot first has another number than is said to be usual. */
export class Column {
  #numbers: Float64Array | undefined;

  /** The slot's number; `usual` while none has been kept. */
  get(slot: number, usual: number): number {
    return this.#numbers === undefined ? usual : this.#numbers[slot]!;
  }

  /** Whether numbers are kept one by one. */
  get isKept(): boolean {
    return this.#numbers !== undefined;
  }

  set(slot: number, number: number): void {
    this.#numbers![slot] = number;
  }

  /** Begins to keep numbers, with those that the slots have so far. */
  keep(capacity: number, numberOf: (slot: number) => number): void {
    this.#numbers = new Float64Array(capacity);
    for (let slot = 0; slot < capacity; slot++) this.#numbers[slot] = numberOf(slot);
  }

  grow(capacity: number): void {
    if (this.#numbers === undefined) return;
    const numbers = new Float64Array(capacity);
    numbers.set(this.#numbers);
    this.#numbers = numbers;
  }
}
