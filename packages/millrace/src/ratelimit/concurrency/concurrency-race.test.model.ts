import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Clock } from '../../core/index.ts';
import { type ConcurrencyLimiter, type ConcurrencySlot, createConcurrencyLimiter } from './index.ts';

const KEYS = ['a', 'b', 'c'];
const SIGNALS = 4;
const MAX_KEYS = 2;
const MAX_WAITING = 3;
const MAX_WAIT_MS = 10;

/** A clock that stands still until it is told to move. */
interface SteppedClock extends Clock {
  advance(ms: number): Promise<void>;
  readonly pendingTimers: number;
}

const key = fc.nat({ max: KEYS.length - 1 });
const signal = fc.nat({ max: SIGNALS });
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ what: fc.constant('acquire' as const), key }) },
  { weight: 6, arbitrary: fc.record({ what: fc.constant('wait' as const), key, signal }) },
  { weight: 6, arbitrary: fc.record({ what: fc.constant('release' as const), at: fc.nat(), again: fc.boolean() }) },
  // With `frees`, somebody who hears of it before those who wait makes a slot free.
  {
    weight: 3,
    arbitrary: fc.record({ what: fc.constant('abort' as const), signal, frees: fc.boolean(), at: fc.nat() }),
  },
  { weight: 2, arbitrary: fc.record({ what: fc.constant('limit' as const), limit: fc.integer({ min: 1, max: 4 }) }) },
  { weight: 3, arbitrary: fc.record({ what: fc.constant('pass' as const), ms: fc.integer({ min: 0, max: 12 }) }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** What somebody asked for, and what came of it: by the model, and by the limiter. */
interface Asked {
  readonly key: string;
  readonly signal: number;
  readonly dueMs: number;
  expected: 'waits' | 'held' | 'released' | 'limit' | 'late' | 'keys' | 'aborted';
  slot?: ConcurrencySlot;
  failed?: unknown;
}

/** The limiter beside a model that knows who holds and who waits, in the order of asking. */
class Race {
  readonly #clock: SteppedClock;
  readonly #limiter: ConcurrencyLimiter;
  readonly #controllers = Array.from({ length: SIGNALS }, () => new AbortController());
  readonly #asked: Asked[] = [];
  #limit: number;
  #freed: ConcurrencySlot | undefined;

  constructor(clock: SteppedClock, limit: number) {
    this.#clock = clock;
    this.#limit = limit;
    const bounds = { maxKeys: MAX_KEYS, maxWaiting: MAX_WAITING, maxWaitMs: MAX_WAIT_MS };
    for (const { signal: aborts } of this.#controllers) aborts.addEventListener('abort', () => this.#freed?.release());
    this.#limiter = createConcurrencyLimiter({ limit, ...bounds, clock });
  }

  /** Does one step, at once but for time that passes; what it leads to is heard later. */
  take(taken: Step): Promise<void> | undefined {
    if (taken.what === 'acquire') this.#ask(KEYS[taken.key]!);
    else if (taken.what === 'wait') this.#ask(KEYS[taken.key]!, taken.signal);
    else if (taken.what === 'release') this.#release(taken.at, taken.again);
    else if (taken.what === 'abort') this.#abort(taken.signal, taken.frees ? taken.at : undefined);
    else if (taken.what === 'limit') this.#change(taken.limit);
    else return this.#pass(taken.ms);
    return undefined;
  }

  /** Holds what came of everything against the model. */
  async judge(): Promise<void> {
    await this.#clock.advance(0);
    const of = (state: Asked['expected']): number => this.#asked.filter(({ expected }) => expected === state).length;
    const { inUse, waiting, keys } = this.#limiter.stats();
    assert.deepEqual([inUse, waiting, keys], [of('held'), of('waits'), this.#keys().size]);
    assert.equal(this.#clock.pendingTimers, waiting > 0 ? 1 : 0);
    for (const { expected, slot, failed } of this.#asked) {
      const came = failed !== undefined ? 'aborted' : slot === undefined ? 'waits' : (slot.refusal ?? 'held');
      assert.equal(came, expected === 'released' ? 'held' : expected);
    }
  }

  /** Everybody releases and all waiting ends: nothing is left. */
  async end(): Promise<void> {
    await this.#pass(MAX_WAIT_MS);
    await this.judge();
    for (const { slot } of this.#asked) slot?.release();
    const { allowed, denied, ...left } = this.#limiter.stats();
    assert.deepEqual(left, { inUse: 0, waiting: 0, keys: 0 });
    const settled = this.#asked.filter(({ expected }) => expected !== 'aborted').length;
    assert.equal(allowed + denied, settled);
    this.#limiter.close();
  }

  #held(of?: string): Asked[] {
    return this.#asked.filter(({ expected, key: own }) => expected === 'held' && (of === undefined || own === of));
  }

  #keys(): Set<string> {
    return new Set(this.#held().map(({ key: own }) => own));
  }

  #ask(text: string, by?: number): void {
    const asked: Asked = { key: text, signal: by ?? SIGNALS, dueMs: this.#clock.now() + MAX_WAIT_MS, expected: 'held' };
    const own = this.#held(text).length;
    const waiting = this.#asked.filter((other) => other.expected === 'waits' && other.key === text).length;
    const aborts = by === undefined ? undefined : this.#controllers[by]?.signal;
    if (aborts?.aborted) asked.expected = 'aborted';
    else if (own === 0 && this.#keys().size >= MAX_KEYS) asked.expected = 'keys';
    else if (own >= this.#limit) asked.expected = by !== undefined && waiting < MAX_WAITING ? 'waits' : 'limit';
    this.#asked.push(asked);
    if (by === undefined) asked.slot = this.#limiter.acquire(text);
    else {
      const waits = this.#limiter.wait(text, aborts);
      void waits.then(
        (slot) => Object.assign(asked, { slot }),
        (failed: unknown) => Object.assign(asked, { failed }),
      );
    }
  }

  /** What is held and was heard of; what is not heard of yet is not released by anybody. */
  #pick(at: number): Asked | undefined {
    const held = this.#held().filter(({ slot }) => slot !== undefined);
    return held[at % held.length];
  }

  #release(at: number, again: boolean): void {
    const asked = this.#pick(at);
    if (asked === undefined) return;
    asked.slot!.release();
    if (again) asked.slot![Symbol.dispose]();
    asked.expected = 'released';
    this.#serve();
  }

  #abort(by: number, freesAt: number | undefined): void {
    const controller = this.#controllers[by];
    if (controller === undefined || controller.signal.aborted) return;
    for (const other of this.#asked) if (other.expected === 'waits' && other.signal === by) other.expected = 'aborted';
    const freed = freesAt === undefined ? undefined : this.#pick(freesAt);
    if (freed !== undefined) freed.expected = 'released';
    this.#freed = freed?.slot;
    controller.abort('gone');
    this.#freed = undefined;
    this.#serve();
  }

  #change(limit: number): void {
    this.#limit = limit;
    this.#limiter.setLimit(limit);
    this.#serve();
  }

  async #pass(ms: number): Promise<void> {
    await this.#clock.advance(ms);
    for (const asked of this.#asked) {
      if (asked.expected === 'waits' && asked.dueMs <= this.#clock.now()) asked.expected = 'late';
    }
  }

  #serve(): void {
    for (const asked of this.#asked) {
      if (asked.expected === 'waits' && this.#held(asked.key).length < this.#limit) asked.expected = 'held';
    }
  }
}

/** Whatever is asked, released, aborted and changed, with or without a turn in between: slots go as the model says. */
export async function concurrencyRaces(
  makeClock: () => SteppedClock,
  parameters: { readonly numRuns: number; readonly seed?: number },
): Promise<void> {
  const steps = fc.array(fc.tuple(step, fc.boolean()), { minLength: 1, maxLength: 60 });
  const property = fc.asyncProperty(fc.integer({ min: 1, max: 3 }), steps, async (limit, taken) => {
    const race = new Race(makeClock(), limit);
    for (const [one, turns] of taken) {
      const passes = race.take(one);
      if (passes !== undefined) await passes;
      if (turns) await race.judge();
    }
    await race.end();
  });
  await fc.assert(property, parameters);
}
