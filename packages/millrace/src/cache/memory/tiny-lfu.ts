import type { Random } from '../../core/index.ts';
import { FrequencySketch } from './frequency-sketch.ts';
import { SlotLists } from './slot-lists.ts';

const WINDOW = 0;
const PROBATION = 1;
const PROTECTED = 2;

const COUNT = 0b1111;
const LIST_SHIFT = 4;
const LIST = 0b11;
/** Set when the count has grown since the sketch was told. */
const GROWN = 0b100_0000;
const PROTECTED_SHARE = 0.8;
/** Every count is halved in the time of so many uses a slot. */
const USES_PER_HALVING = 10;
/** What one call may age at most. */
const MAX_AGED = 4_096;
/** So many halvings leave no count, and are all that is owed after any number of hits. */
const MOST_HALVINGS = 4;
/** A newcomer with so many uses is let in against its count now and then: see {@link TinyLfu}. */
const WARM = 6;
const WARM_CHANCE = 128;

/**
 * W-TinyLFU with a window of any size: a newcomer enters the window, an LRU list. Who falls out of that is held against
 * the oldest of the main part, and the one used less goes. The main part is a segmented LRU: probation, and a protected
 * part for those used again there. A window of everything is LRU itself.
 *
 * What is held is counted one by one beside its slot; the sketch is told the count of who comes and of who goes, and gives
 * it back to who returns. So a hit touches no sketch. An equal count favours who is there already; a key is let in against
 * that by chance, so that who knows which keys meet in the sketch cannot shut others out (as Caffeine does).
 */
export class TinyLfu {
  readonly #lists = new SlotLists(3);
  readonly #sketch = new FrequencySketch();
  readonly #random: Random;
  /** By slot: its count in the low four bits, above them its list, above that {@link GROWN}. */
  #states: Uint8Array = new Uint8Array(0);
  /** Share of the values held that the window has, 0 to 1. */
  windowShare: number;
  #uses = 0;
  #hand = 0;

  constructor(windowShare: number, random: Random) {
    this.windowShare = windowShare;
    this.#random = random;
  }

  /** Slots that are held. */
  get size(): number {
    const lists = this.#lists;
    return lists.size(WINDOW) + lists.size(PROBATION) + lists.size(PROTECTED);
  }

  grow(capacity: number): void {
    this.#lists.grow(capacity);
    this.#sketch.grow(capacity);
    const states = new Uint8Array(capacity);
    states.set(this.#states);
    this.#states = states;
  }

  added(slot: number, hash: number): void {
    this.#uses++;
    this.#age();
    const count = Math.min(COUNT, this.#sketch.estimate(hash) + 1);
    this.#sketch.raise(hash, count);
    this.#states[slot] = count | (WINDOW << LIST_SHIFT);
    this.#lists.append(WINDOW, slot);
  }

  used(slot: number): void {
    this.#uses++;
    const state = this.#states[slot]!;
    this.#states[slot] = ((state & COUNT) < COUNT ? state + 1 : state) | GROWN;
    const list = (state >> LIST_SHIFT) & LIST;
    if (list === PROBATION) this.#protect(slot);
    else this.#lists.renew(list, slot);
  }

  /** Whether `removed` needs the hash of this slot; most that go were never used again, and theirs is not. */
  hasGrown(slot: number): boolean {
    return (this.#states[slot]! & GROWN) !== 0;
  }

  /** `hash` counts only when {@link hasGrown}. */
  removed(slot: number, hash: number): void {
    const state = this.#states[slot]!;
    this.#lists.remove((state >> LIST_SHIFT) & LIST, slot);
    if ((state & GROWN) !== 0) this.#sketch.raise(hash, state & COUNT);
    this.#states[slot] = 0;
  }

  /** Who goes. */
  victim(): number {
    const lists = this.#lists;
    const excess = lists.size(WINDOW) - Math.max(1, Math.round(this.windowShare * this.size));
    if (excess <= 0) return this.#oldestOfMain() ?? lists.oldest(WINDOW);
    // A window that has become smaller gives up two at a time, so that no call pays for all.
    if (excess > 1) this.#move(lists.oldest(WINDOW), WINDOW, PROBATION);
    const rival = this.#oldestOfMain();
    const candidate = lists.oldest(WINDOW);
    this.#move(candidate, WINDOW, PROBATION);
    return rival === undefined || !this.#admits(candidate, rival) ? candidate : rival;
  }

  /** By their counts; among equals those used last in the main part first. */
  *hottest(): Iterable<number> {
    const byCount: number[][] = Array.from({ length: COUNT + 1 }, () => []);
    for (const list of [PROTECTED, PROBATION, WINDOW]) {
      for (const slot of this.#lists.newestFirst(list)) byCount[this.#states[slot]! & COUNT]!.push(slot);
    }
    for (let count = COUNT; count >= 0; count--) yield* byCount[count]!;
  }

  clear(): void {
    this.#lists.clear();
    this.#states.fill(0);
  }

  #oldestOfMain(): number | undefined {
    const probation = this.#lists.oldest(PROBATION);
    if (probation >= 0) return probation;
    const protectedOne = this.#lists.oldest(PROTECTED);
    return protectedOne >= 0 ? protectedOne : undefined;
  }

  #admits(candidate: number, rival: number): boolean {
    const count = this.#states[candidate]! & COUNT;
    if (count > (this.#states[rival]! & COUNT)) return true;
    return count >= WARM && this.#random.int(WARM_CHANCE) === 0;
  }

  #protect(slot: number): void {
    const lists = this.#lists;
    this.#move(slot, PROBATION, PROTECTED);
    const main = lists.size(PROBATION) + lists.size(PROTECTED);
    if (lists.size(PROTECTED) > PROTECTED_SHARE * main) this.#move(lists.oldest(PROTECTED), PROTECTED, PROBATION);
  }

  #move(slot: number, from: number, to: number): void {
    this.#lists.remove(from, slot);
    this.#lists.append(to, slot);
    this.#states[slot] = (this.#states[slot]! & ~(LIST << LIST_SHIFT)) | (to << LIST_SHIFT);
  }

  /** Halves as many counts, of slots and in the sketch, as the uses since the last time have earned. */
  #age(): void {
    const uses = Math.min(this.#uses, MOST_HALVINGS * USES_PER_HALVING * this.#states.length);
    const slots = Math.min(MAX_AGED, Math.floor(uses / USES_PER_HALVING));
    this.#uses = uses - slots * USES_PER_HALVING;
    for (let left = slots; left > 0; left--) {
      if (this.#hand >= this.#states.length) this.#hand = 0;
      const state = this.#states[this.#hand]!;
      this.#states[this.#hand++] = (state & ~COUNT) | ((state & COUNT) >> 1);
    }
    this.#sketch.age(slots);
  }
}
