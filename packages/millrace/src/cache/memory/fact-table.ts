import { Column } from './column.ts';
import type { EntryFacts } from './facts.ts';

/**
 * What is kept beside the values, by slot, tags apart. When a value counts and when its load began take 8 bytes each, how
 * long that took and the pattern of its key 2 each; position and windows of staleness 8 each, from the first value on that has them.
 */
export class FactTable {
  #capacity = 0;
  #loadedAt: Float64Array = new Float64Array(0);
  #freshUntil: Float64Array = new Float64Array(0);
  /** The pattern, and below it the upper half of a number of 32 bits: how long the load took. */
  #marks: Uint32Array = new Uint32Array(0);
  readonly #position = new Column();
  readonly #staleUntil = new Column();
  readonly #errorUntil = new Column();

  grow(capacity: number): void {
    this.#capacity = capacity;
    this.#loadedAt = grown(this.#loadedAt, new Float64Array(capacity));
    this.#freshUntil = grown(this.#freshUntil, new Float64Array(capacity));
    this.#marks = grown(this.#marks, new Uint32Array(capacity));
    for (const column of [this.#position, this.#staleUntil, this.#errorUntil]) column.grow(capacity);
  }

  set(slot: number, facts: EntryFacts): void {
    this.#loadedAt[slot] = facts.loadedAt;
    this.#freshUntil[slot] = facts.freshUntil;
    this.#marks[slot] = (facts.pattern << 16) | upperHalf(facts.loadMs);
    this.#setPosition(slot, facts.position);
    const { freshUntil, staleUntil, errorUntil } = facts;
    if (staleUntil !== freshUntil || errorUntil !== freshUntil) this.#keepWindows();
    if (!this.#staleUntil.isKept) return;
    this.#staleUntil.set(slot, staleUntil);
    this.#errorUntil.set(slot, errorUntil);
  }

  /** Changes when the value counts, and nothing else. */
  postpone(slot: number, freshUntil: number): void {
    this.#keepWindows();
    this.#freshUntil[slot] = freshUntil;
  }

  loadedAt(slot: number): number {
    return this.#loadedAt[slot]!;
  }

  position(slot: number): number {
    return this.#position.get(slot, 0);
  }

  freshUntil(slot: number): number {
    return this.#freshUntil[slot]!;
  }

  staleUntil(slot: number): number {
    return this.#staleUntil.get(slot, this.#freshUntil[slot]!);
  }

  errorUntil(slot: number): number {
    return this.#errorUntil.get(slot, this.#freshUntil[slot]!);
  }

  /** Rounded to 8 significant bits. */
  loadMs(slot: number): number {
    return fromUpperHalf(this.#marks[slot]! & 0xffff);
  }

  pattern(slot: number): number {
    return this.#marks[slot]! >>> 16;
  }

  #setPosition(slot: number, position: number): void {
    if (!this.#position.isKept) {
      if (position === 0) return;
      this.#position.keep(this.#capacity, () => 0);
    }
    this.#position.set(slot, position);
  }

  #keepWindows(): void {
    if (this.#staleUntil.isKept) return;
    const freshUntil = (slot: number): number => this.#freshUntil[slot]!;
    this.#staleUntil.keep(this.#capacity, freshUntil);
    this.#errorUntil.keep(this.#capacity, freshUntil);
  }
}

const FLOAT = new Float32Array(1);
const BITS = new Uint32Array(FLOAT.buffer);

function upperHalf(number: number): number {
  FLOAT[0] = number;
  return (BITS[0]! + 0x8000) >>> 16;
}

function fromUpperHalf(half: number): number {
  BITS[0] = half << 16;
  return FLOAT[0]!;
}

function grown<Numbers extends Float64Array | Uint32Array>(old: Numbers, array: Numbers): Numbers {
  array.set(old);
  return array;
}
