import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import type { EntryFacts, Memory, PolicyName } from './index.ts';

/*
 * The memory as it would be written without a thought for speed: one Map in the order in which values go under `fifo` or
 * `lru`. Where the order is a policy's secret, the model asks the memory which values are gone, and checks that they went
 * for a reason.
 */

export const BOUNDS = { maxEntries: 5, maxBytes: 40 } as const;

export type Step =
  | { readonly op: 'put'; readonly key: string; readonly bytes: number; readonly facts: EntryFacts }
  | { readonly op: 'find'; readonly key: string }
  | { readonly op: 'look'; readonly key: string }
  | { readonly op: 'delete'; readonly key: string }
  | { readonly op: 'deleteBelow'; readonly key: string; readonly position: number }
  | { readonly op: 'deleteTagged'; readonly tag: string }
  | { readonly op: 'deleteTaggedBelow'; readonly tag: string; readonly position: number }
  | { readonly op: 'clear' }
  | { readonly op: 'clearBelow'; readonly position: number }
  | { readonly op: 'expire'; readonly now: number; readonly limit: number }
  | { readonly op: 'postpone'; readonly key: string; readonly freshUntil: number };

const key = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', '__proto__', 'constructor');
const tag = fc.constantFrom('x', 'y', 'z', '__proto__', 'toString');
const position = fc.integer({ min: 0, max: 4 });
const time = fc.integer({ min: 0, max: 20 });
const op = <Name extends string>(name: Name) => fc.constant(name);

const facts: fc.Arbitrary<EntryFacts> = fc
  .record({
    tags: fc.array(tag, { maxLength: 4 }),
    loadedAt: time,
    position: fc.oneof(fc.constant(0), position),
    freshUntil: time,
    windows: fc.oneof(fc.constant([0, 0] as const), fc.tuple(time, time)),
    loadMs: fc.integer({ min: 0, max: 255 }),
    pattern: fc.integer({ min: 0, max: 65_535 }),
  })
  .map(({ windows: [stale, error], ...rest }) => ({
    ...rest,
    staleUntil: rest.freshUntil + stale,
    errorUntil: rest.freshUntil + error,
  }));

const put = fc.record({ op: op('put'), key, bytes: fc.integer({ min: 0, max: 45 }), facts });
const small = fc.record({ op: op('put'), key, bytes: fc.integer({ min: 0, max: 8 }), facts });

export const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: small },
  { weight: 2, arbitrary: put },
  { weight: 6, arbitrary: fc.record({ op: op('find'), key }) },
  fc.record({ op: op('look'), key }),
  fc.record({ op: op('delete'), key }),
  fc.record({ op: op('deleteBelow'), key, position }),
  fc.record({ op: op('deleteTagged'), tag }),
  fc.record({ op: op('deleteTaggedBelow'), tag, position }),
  fc.record({ op: op('clear') }),
  fc.record({ op: op('clearBelow'), position }),
  fc.record({ op: op('expire'), now: time, limit: fc.integer({ min: 0, max: 8 }) }),
  fc.record({ op: op('postpone'), key, freshUntil: time }),
);

interface Held {
  readonly value: object;
  readonly bytes: number;
  facts: EntryFacts;
}

export class MemoryModel {
  readonly #policy: PolicyName;
  readonly #memory: Memory;
  readonly #held = new Map<string, Held>();
  #evictions = 0;

  constructor(policy: PolicyName, memory: Memory) {
    this.#policy = policy;
    this.#memory = memory;
  }

  do(step: Step): void {
    const memory = this.#memory;
    if (step.op === 'put') this.#put(step.key, step.bytes, step.facts);
    else if (step.op === 'expire') this.#expire(step.now, step.limit);
    else if (step.op === 'postpone') this.#postpone(step.key, step.freshUntil);
    else if (step.op === 'find') this.#find(step.key);
    else if (step.op === 'look') assert.equal(memory.look(step.key) >= 0, this.#held.has(step.key));
    else if (step.op === 'delete') assert.equal(memory.delete(step.key), this.#held.delete(step.key));
    else if (step.op === 'clear')
      assert.equal(
        memory.clear(),
        this.#drop(() => true),
      );
    else this.#invalidate(step);
  }

  #invalidate(step: Extract<Step, { op: 'deleteBelow' | 'deleteTagged' | 'deleteTaggedBelow' | 'clearBelow' }>): void {
    const memory = this.#memory;
    if (step.op === 'deleteBelow') {
      const dropped = this.#drop(({ facts }, name) => name === step.key && facts.position < step.position);
      assert.equal(memory.deleteBelow(step.key, step.position), dropped === 1);
    } else if (step.op === 'deleteTagged') {
      const dropped = this.#drop(({ facts }) => facts.tags.includes(step.tag));
      assert.equal(memory.deleteTagged(step.tag), dropped);
    } else if (step.op === 'deleteTaggedBelow') {
      const dropped = this.#drop(({ facts }) => facts.tags.includes(step.tag) && facts.position < step.position);
      assert.equal(memory.deleteTaggedBelow(step.tag, step.position), dropped);
    } else {
      const dropped = this.#drop(({ facts }) => facts.position < step.position);
      assert.equal(memory.clearBelow(step.position), dropped);
    }
  }

  /** Holds everything that can be seen of the memory against the model. */
  check(): void {
    const memory = this.#memory;
    const held = [...this.#held];
    assert.equal(memory.size, held.length);
    assert.equal(memory.bytes, this.#bytes());
    assert.equal(memory.evictions, this.#evictions);
    assert.equal(memory.tagCount, new Set(held.flatMap(([, { facts }]) => facts.tags)).size);
    for (const [name, { value, facts }] of held) {
      const slot = memory.look(name);
      assert.equal(memory.keyAt(slot), name);
      assert.equal(memory.valueAt(slot), value);
      const seen: EntryFacts = {
        tags: memory.tagsAt(slot),
        loadedAt: memory.loadedAt(slot),
        position: memory.positionAt(slot),
        freshUntil: memory.freshUntil(slot),
        staleUntil: memory.staleUntil(slot),
        errorUntil: memory.errorUntil(slot),
        loadMs: memory.loadMs(slot),
        pattern: memory.patternAt(slot),
      };
      assert.deepEqual(seen, { ...facts, tags: [...new Set(facts.tags)] });
    }
  }

  #find(name: string): void {
    const held = this.#held.get(name);
    assert.equal(this.#memory.find(name) >= 0, held !== undefined);
    if (held !== undefined && this.#policy === 'lru') this.#renew(name, held);
  }

  #put(name: string, bytes: number, facts: EntryFacts): void {
    const held: Held = { value: { bytes }, bytes, facts };
    const isUpdate = this.#held.has(name);
    const stayed = this.#memory.put(name, held.value, facts);
    if (bytes > BOUNDS.maxBytes) {
      assert.equal(stayed, false);
      this.#held.delete(name);
      return;
    }
    if (this.#policy === 'lru') this.#renew(name, held);
    else this.#held.set(name, held);
    const isKnown = this.#policy === 'lru' || this.#policy === 'fifo';
    const gone = isKnown ? this.#firstToGo() : this.#goneOfMemory();
    this.#evictions += gone.filter((each) => each !== name || isUpdate).length;
    assert.equal(stayed, this.#held.has(name));
  }

  /** From the first on, as many as it takes. */
  #firstToGo(): string[] {
    const gone: string[] = [];
    for (const name of this.#held.keys()) {
      if (!this.#isOver()) break;
      this.#held.delete(name);
      gone.push(name);
    }
    return gone;
  }

  /** Whom the memory no longer holds; one of them must have been the last that had to go. */
  #goneOfMemory(): string[] {
    const gone = [...this.#held].filter(([name]) => this.#memory.look(name) < 0);
    for (const [name] of gone) this.#held.delete(name);
    const isOverWith = ([name, held]: [string, Held]): boolean => {
      this.#held.set(name, held);
      const isOver = this.#isOver();
      this.#held.delete(name);
      return isOver;
    };
    assert.ok(gone.length === 0 || gone.some(isOverWith), 'more have gone than had to');
    return gone.map(([name]) => name);
  }

  #postpone(name: string, freshUntil: number): void {
    const held = this.#held.get(name);
    if (held === undefined) return;
    this.#memory.postpone(this.#memory.look(name), freshUntil);
    held.facts = { ...held.facts, freshUntil };
  }

  /** At most `limit` go, all of them dead; when every place is looked at, all the dead. */
  #expire(now: number, limit: number): void {
    const dead = [...this.#held]
      .filter(([, { facts }]) => now >= Math.max(facts.staleUntil, facts.errorUntil))
      .map(([name]) => name);
    const dropped = this.#memory.expire(now, limit);
    const gone = dead.filter((name) => this.#memory.look(name) < 0);
    assert.equal(gone.length, dropped);
    assert.ok(dropped <= limit);
    if (limit > BOUNDS.maxEntries) assert.equal(dropped, dead.length);
    for (const name of gone) this.#held.delete(name);
  }

  #drop(isMeant: (held: Held, name: string) => boolean): number {
    const meant = [...this.#held].filter(([name, held]) => isMeant(held, name));
    for (const [name] of meant) this.#held.delete(name);
    return meant.length;
  }

  #renew(name: string, held: Held): void {
    this.#held.delete(name);
    this.#held.set(name, held);
  }

  #bytes(): number {
    return [...this.#held.values()].reduce((sum, { bytes }) => sum + bytes, 0);
  }

  #isOver(): boolean {
    return this.#held.size > BOUNDS.maxEntries || this.#bytes() > BOUNDS.maxBytes;
  }
}
