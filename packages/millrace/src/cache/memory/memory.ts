import type { Random } from '../../core/index.ts';
import { CACHE_ERRORS } from '../errors.ts';
import { estimateBytes } from './estimate.ts';
import { FactTable } from './fact-table.ts';
import type { EntryFacts } from './facts.ts';
import { createPolicy, type PolicyName } from './policies.ts';
import type { Policy } from './policy.ts';
import { TagIndex } from './tag-index.ts';

/** What {@link Memory} takes; nothing is checked here. */
export interface MemoryOptions {
  /** Most values held at once, up to 10,000,000. */
  readonly maxEntries: number;
  /** Most bytes held at once, as `sizeOf` counts them. Default: no bound. */
  readonly maxBytes?: number;
  /** Bytes of a value with its key, asked once when it is put, and only with `maxBytes`. Not negative; default {@link estimateBytes}. */
  readonly sizeOf?: (value: unknown, key: string) => number;
  readonly policy: PolicyName;
  /** Source of what the policy leaves to chance. */
  readonly random: Random;
}

const NONE = -1;
const FIRST_CAPACITY = 64;

/**
 * Values by key, bounded by count and bytes, each in a numbered slot until it is dropped. A slot stays good until the next
 * call that puts or drops something. Time means nothing here: who reads asks until when a value counts. Keys, values and
 * numbers stand in arrays by slot, so that a read allocates nothing and a value costs under 100 bytes beyond itself.
 */
export class Memory {
  readonly #maxEntries: number;
  readonly #maxBytes: number;
  readonly #sizeOf: (value: unknown, key: string) => number;
  readonly #policy: Policy;
  readonly #slots = new Map<string, number>();
  #keys: (string | undefined)[] = [];
  #values: unknown[] = [];
  readonly #facts = new FactTable();
  readonly #tags = new TagIndex();
  /** Bytes by slot; without a bound of bytes empty. */
  #weights: Float64Array = new Float64Array(0);
  #capacity = 0;
  /** Slots from here on were never taken. */
  #top = 0;
  readonly #free: number[] = [];
  #bytes = 0;
  #evictions = 0;
  /** Where {@link expire} goes on. */
  #hand = 0;

  constructor({ maxEntries, maxBytes, sizeOf, policy, random }: MemoryOptions) {
    this.#maxEntries = maxEntries;
    this.#maxBytes = maxBytes ?? Number.POSITIVE_INFINITY;
    this.#sizeOf = sizeOf ?? estimateBytes;
    this.#policy = createPolicy(policy, random);
    this.#grow(Math.min(maxEntries + 1, FIRST_CAPACITY));
  }

  get size(): number {
    return this.#slots.size;
  }

  /** Bytes held as `sizeOf` counts them; 0 without `maxBytes`. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Values pushed out so far to keep a bound. */
  get evictions(): number {
    return this.#evictions;
  }

  /** Different tags of the values held. */
  get tagCount(): number {
    return this.#tags.size;
  }

  /** The slot of `key`, which counts as used by this; -1 when there is none. */
  find(key: string): number {
    const slot = this.#slots.get(key);
    if (slot === undefined) return NONE;
    this.#policy.used(slot);
    return slot;
  }

  /** The slot of `key`, or -1, without a trace. */
  look(key: string): number {
    return this.#slots.get(key) ?? NONE;
  }

  keyAt(slot: number): string {
    return this.#keys[slot]!;
  }

  valueAt(slot: number): unknown {
    return this.#values[slot];
  }

  tagsAt(slot: number): readonly string[] {
    return this.#tags.tagsOf(slot);
  }

  loadedAt(slot: number): number {
    return this.#facts.loadedAt(slot);
  }

  positionAt(slot: number): number {
    return this.#facts.position(slot);
  }

  freshUntil(slot: number): number {
    return this.#facts.freshUntil(slot);
  }

  staleUntil(slot: number): number {
    return this.#facts.staleUntil(slot);
  }

  errorUntil(slot: number): number {
    return this.#facts.errorUntil(slot);
  }

  /** In milliseconds, rounded to 8 significant bits. */
  loadMs(slot: number): number {
    return this.#facts.loadMs(slot);
  }

  /** The number of the pattern of its key. */
  patternAt(slot: number): number {
    return this.#facts.pattern(slot);
  }

  /** Changes until when a value is fresh and nothing else, so that a refresh which failed is not tried again at once. */
  postpone(slot: number, freshUntil: number): void {
    this.#facts.postpone(slot, freshUntil);
  }

  /**
   * Stores a value in place of an earlier one of its key, which counts as a use of that. Answers false when it is not held
   * afterwards, and then nor is the earlier one: it is larger than all there may be, or not worth what it would push out.
   * @throws `MILLRACE_CACHE_OPTION_INVALID` when `sizeOf` answers no size.
   */
  put(key: string, value: unknown, facts: EntryFacts): boolean {
    const weight = this.#weigh(value, key);
    if (weight > this.#maxBytes) {
      this.delete(key);
      return false;
    }
    const earlier = this.#slots.get(key);
    const slot = earlier === undefined ? this.#take(key) : this.#reuse(earlier);
    this.#values[slot] = value;
    this.#facts.set(slot, facts);
    this.#tags.add(slot, facts.tags);
    if (this.#weights.length > 0) this.#weights[slot] = weight;
    this.#bytes += weight;
    return this.#isOver() ? this.#makeRoom(slot, earlier !== undefined) : true;
  }

  delete(key: string): boolean {
    const slot = this.#slots.get(key);
    if (slot === undefined) return false;
    this.#drop(slot);
    return true;
  }

  /** Deletes `key` when its position is below. @param told of the slot before it is */
  deleteBelow(key: string, position: number, told?: (slot: number) => void): boolean {
    const slot = this.#slots.get(key);
    return slot !== undefined && this.#dropBelow(slot, position, told) === 1;
  }

  /** Deletes everything that carries `tag`; answers how many. */
  deleteTagged(tag: string): number {
    return this.deleteTaggedBelow(tag, Number.POSITIVE_INFINITY);
  }

  /** Deletes what carries `tag` and has a position below; answers how many. @param told of each slot before it is */
  deleteTaggedBelow(tag: string, position: number, told?: (slot: number) => void): number {
    let dropped = 0;
    for (let link = this.#tags.firstOf(tag); link !== NONE; ) {
      const slot = this.#tags.slotOf(link);
      link = this.#tags.next(link);
      dropped += this.#dropBelow(slot, position, told);
    }
    return dropped;
  }

  /** Deletes what `names` says of its key and has a position below; answers how many. Looks at everything. */
  deleteNamedBelow(names: (key: string) => boolean, position: number, told?: (slot: number) => void): number {
    let dropped = 0;
    for (let slot = 0; slot < this.#top; slot++) {
      const key = this.#keys[slot];
      if (key !== undefined && names(key)) dropped += this.#dropBelow(slot, position, told);
    }
    return dropped;
  }

  /** Keys of what is held, those that are asked for most first, as far as the policy knows. Ends when something is put or dropped. */
  *hottest(): Iterable<string> {
    for (const slot of this.#policy.hottest()) yield this.#keys[slot]!;
  }

  /** Deletes everything; answers how many. */
  clear(): number {
    const { size } = this;
    this.#slots.clear();
    this.#keys.fill(undefined);
    this.#values.fill(undefined);
    this.#tags.clear();
    this.#policy.clear();
    this.#free.length = 0;
    this.#top = 0;
    this.#hand = 0;
    this.#bytes = 0;
    return size;
  }

  /** Deletes what has a position below; answers how many. Looks at everything. */
  clearBelow(position: number): number {
    let dropped = 0;
    for (let slot = 0; slot < this.#top; slot++) {
      if (this.#keys[slot] !== undefined) dropped += this.#dropBelow(slot, position);
    }
    return dropped;
  }

  /**
   * Looks at the next `limit` places, in turn from call to call, and deletes what may not even be given as stale or in place of an
   * error any more at `now`, so that the dead take no memory; answers how many.
   */
  expire(now: number, limit: number): number {
    let dropped = 0;
    for (let looks = Math.min(limit, this.#top); looks > 0; looks--) {
      if (this.#hand >= this.#top) this.#hand = 0;
      const slot = this.#hand++;
      const until = Math.max(this.#facts.staleUntil(slot), this.#facts.errorUntil(slot));
      if (this.#keys[slot] === undefined || now < until) continue;
      this.#drop(slot);
      dropped++;
    }
    return dropped;
  }

  #weigh(value: unknown, key: string): number {
    if (this.#maxBytes === Number.POSITIVE_INFINITY) return 0;
    const bytes = Math.ceil(this.#sizeOf(value, key));
    if (bytes >= 0) return bytes;
    const wrong = { option: 'sizeOf', value: String(bytes), allowed: 'a function that answers a number from 0 up' };
    throw CACHE_ERRORS.create('MILLRACE_CACHE_OPTION_INVALID', wrong);
  }

  #isOver(): boolean {
    return this.#slots.size > this.#maxEntries || this.#bytes > this.#maxBytes;
  }

  #take(key: string): number {
    const slot = this.#free.pop() ?? this.#top++;
    if (slot === this.#capacity) this.#grow(Math.min(this.#maxEntries + 1, 2 * this.#capacity));
    this.#slots.set(key, slot);
    this.#keys[slot] = key;
    this.#policy.added(slot, key);
    return slot;
  }

  #reuse(slot: number): number {
    this.#tags.remove(slot);
    this.#bytes -= this.#weightOf(slot);
    this.#policy.used(slot);
    return slot;
  }

  /** Answers whether `candidate` stayed. */
  #makeRoom(candidate: number, isUpdate: boolean): boolean {
    let stays = true;
    while (this.#isOver()) {
      const victim = this.#policy.victim(candidate);
      if (victim === candidate) stays = false;
      if (victim !== candidate || isUpdate) this.#evictions++;
      this.#drop(victim);
    }
    return stays;
  }

  #dropBelow(slot: number, position: number, told?: (slot: number) => void): number {
    if (this.#facts.position(slot) >= position) return 0;
    told?.(slot);
    this.#drop(slot);
    return 1;
  }

  #drop(slot: number): void {
    const key = this.#keys[slot]!;
    this.#policy.removed(slot, key);
    this.#slots.delete(key);
    this.#keys[slot] = undefined;
    this.#values[slot] = undefined;
    this.#tags.remove(slot);
    this.#bytes -= this.#weightOf(slot);
    this.#free.push(slot);
  }

  #weightOf(slot: number): number {
    return this.#weights.length > 0 ? this.#weights[slot]! : 0;
  }

  #grow(capacity: number): void {
    this.#capacity = capacity;
    this.#keys = enlarged(this.#keys, capacity);
    this.#values = enlarged(this.#values, capacity);
    this.#policy.grow(capacity);
    this.#facts.grow(capacity);
    this.#tags.grow(capacity);
    if (this.#maxBytes === Number.POSITIVE_INFINITY) return;
    const weights = new Float64Array(capacity);
    weights.set(this.#weights);
    this.#weights = weights;
  }
}

/** Of just that length: what grows by itself takes half as much again. */
function enlarged<Item>(old: readonly Item[], capacity: number): (Item | undefined)[] {
  const array = new Array<Item | undefined>(capacity).fill(undefined);
  for (let at = 0; at < old.length; at++) array[at] = old[at];
  return array;
}
