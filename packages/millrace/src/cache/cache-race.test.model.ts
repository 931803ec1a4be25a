import { createRandom, type Random } from '../core/index.ts';
import type { Cache, CacheOptions, CacheView } from './index.ts';
import { SteppedClock } from './stepped-clock.test.model.ts';

/*
 * The model that the interleavings are held against.
 *
 * An origin holds one row per key; a row is a version number that only grows. Actors read through the cache, change
 * rows and then invalidate, store what they wrote, let time pass. Between any two of their steps stands a `pause`,
 * whose end somebody else chooses: that choice is the interleaving. `floor` is what the cache promises: the version a
 * row had when an invalidation that covers its key was last acknowledged. No read that comes after may see less. The
 * last row is read through a namespace, under a key that another row has outside of it.
 */

/** How a row is told to have changed; `part`: by clearing the namespace, `pattern`: by one that names its key alone. */
export const WAYS = ['delete', 'tag', 'clear', 'set', 'part', 'pattern'] as const;
type Way = (typeof WAYS)[number];

/** Who does what; `key` is 0 to {@link KEYS} - 1. */
export type Actor =
  | { readonly kind: 'read'; readonly key: number; readonly fails: boolean; readonly twice: boolean }
  | { readonly kind: 'peek'; readonly key: number }
  | { readonly kind: 'write'; readonly key: number; readonly by: Way }
  | { readonly kind: 'wait'; readonly ms: number };

export const KEYS = 3;
const INSIDE = KEYS - 1;
export const TTL_MS = 100;
export const LOAD_TIMEOUT_MS = 250;

/** Ends when the scheduler says so. */
export type Pause = () => Promise<unknown>;

/** Runs all actors to their end; throws where the cache broke its promise. */
export async function race(
  actors: readonly Actor[],
  pause: Pause,
  createCache: (options: CacheOptions) => Cache,
  settle: (all: Promise<unknown>) => Promise<unknown> = (all) => all,
): Promise<void> {
  const model = new RaceModel(pause, createCache);
  await settle(Promise.all(actors.map((actor) => model.act(actor))));
  model.checkRest(actors.filter((actor) => actor.kind === 'read').length);
}

class RaceModel {
  readonly #pause: Pause;
  readonly #cache: Cache;
  readonly #part: CacheView;
  readonly #clock = new SteppedClock();
  readonly #rows: number[] = Array(KEYS).fill(0);
  readonly #floor: number[] = Array(KEYS).fill(0);
  /** Invalidations so far by key. */
  readonly #epoch: number[] = Array(KEYS).fill(0);
  /** The newest load by key. */
  readonly #loading = new Map<number, { readonly epoch: number; readonly lateAt: number }>();

  constructor(pause: Pause, createCache: (options: CacheOptions) => Cache) {
    this.#pause = pause;
    this.#cache = createCache({
      name: 'race',
      maxEntries: 2,
      eviction: 'lru',
      ttlMs: TTL_MS,
      ttlJitter: 0,
      loadTimeoutMs: LOAD_TIMEOUT_MS,
      clock: this.#clock,
    });
    this.#part = this.#cache.namespace('part');
  }

  async act(actor: Actor): Promise<void> {
    await this.#pause();
    if (actor.kind === 'wait') this.#clock.advance(actor.ms);
    else if (actor.kind === 'peek')
      this.#check(actor.key, this.#floor[actor.key]!, this.#viewOf(actor.key).get<number>(nameOf(actor.key)));
    else if (actor.kind === 'write') await this.#write(actor.key, actor.by);
    else for (let times = actor.twice ? 2 : 1; times > 0; times--) await this.#read(actor.key, actor.fails);
  }

  /** Once everything has ended, nothing stale and nothing unfinished may be left. */
  checkRest(reads: number): void {
    for (let key = 0; key < KEYS; key++) {
      this.#check(key, this.#floor[key]!, this.#viewOf(key).get<number>(nameOf(key)));
    }
    const { loading, loads, entries, evictions } = this.#cache.stats();
    if (loading !== 0) throw new Error(`${loading} loads are still counted as running`);
    if (loads > 2 * reads) throw new Error(`${loads} loads for ${reads} readers`);
    if (entries > 2) throw new Error(`${entries} entries, ${evictions} evicted`);
  }

  async #read(key: number, fails: boolean): Promise<void> {
    const floor = this.#floor[key]!;
    const options = { tags: [`tag${key % 2}`] };
    try {
      const load = (): Promise<number> => this.#load(key, fails);
      this.#check(key, floor, await this.#viewOf(key).getOrSet(nameOf(key), load, options));
    } catch (error) {
      const code = (error as { code?: string }).code;
      if (code !== 'ORIGIN' && code !== 'MILLRACE_CACHE_LOAD_TIMEOUT') throw error;
    }
  }

  async #load(key: number, fails: boolean): Promise<number> {
    const load = { epoch: this.#epoch[key]!, lateAt: this.#clock.now() + LOAD_TIMEOUT_MS };
    const other = this.#loading.get(key);
    if (other?.epoch === load.epoch && this.#clock.now() < other.lateAt)
      throw new Error(`key ${key} is loaded twice at once`);
    this.#loading.set(key, load);
    try {
      await this.#pause();
      const version = this.#rows[key]!;
      await this.#pause();
      if (fails) throw Object.assign(new Error('the origin failed'), { code: 'ORIGIN' });
      return version;
    } finally {
      if (this.#loading.get(key) === load) this.#loading.delete(key);
    }
  }

  async #write(key: number, by: Way): Promise<void> {
    const version = ++this.#rows[key]!;
    if (by === 'set') {
      void this.#viewOf(key).set(nameOf(key), version, { tags: [`tag${key % 2}`] });
      this.#acknowledge([key]);
      return;
    }
    await this.#pause();
    if (by === 'delete') void this.#viewOf(key).delete(nameOf(key));
    else if (by === 'tag') void this.#cache.invalidateTags([`tag${key % 2}`]);
    else if (by === 'part') void this.#part.clear();
    else if (by === 'pattern') void this.#cache.invalidateMatching(patternOf(key));
    else void this.#cache.clear();
    this.#acknowledge(Array.from({ length: KEYS }, (_, each) => each).filter((each) => isCovered(each, key, by)));
  }

  #viewOf(key: number): CacheView {
    return key === INSIDE ? this.#part : this.#cache;
  }

  #acknowledge(keys: readonly number[]): void {
    for (const key of keys) {
      this.#floor[key] = this.#rows[key]!;
      this.#epoch[key]!++;
    }
  }

  #check(key: number, floor: number, seen: number | undefined): void {
    if (seen === undefined) return;
    if (seen < floor) throw new Error(`key ${key}: read version ${seen} after version ${floor} was acknowledged`);
    if (seen > this.#rows[key]!) throw new Error(`key ${key}: read version ${seen}, which was never written`);
  }
}

/** Whether telling that the row of `key` has changed covers that of `each`. */
function isCovered(each: number, key: number, by: Exclude<Way, 'set'>): boolean {
  if (by === 'tag') return each % 2 === key % 2;
  if (by === 'part') return each === INSIDE;
  return by === 'clear' || each === key;
}

function nameOf(key: number): string {
  return `${key % INSIDE}`;
}

/** A pattern that names this key alone. */
function patternOf(key: number): string {
  return key === INSIDE ? 'part/*' : `${nameOf(key)}*`;
}

/**
 * One race drawn from `seed`, actors and interleaving: what fast-check's scheduler does, without its shrinking, some
 * thirty times as fast. Between two steps lies sometimes a single microtask, sometimes all that are due.
 */
export async function seededRace(seed: number, createCache: (options: CacheOptions) => Cache): Promise<void> {
  const random = createRandom(seed);
  const actors = Array.from({ length: 2 + random.int(9) }, () => drawActor(random));
  const waiting: (() => void)[] = [];
  const pause: Pause = () => new Promise<void>((resolve) => void waiting.push(resolve));
  let ended = false;
  const running = race(actors, pause, createCache).finally(() => {
    ended = true;
  });
  running.catch(() => {});
  while (!ended) {
    if (waiting.length > 0) waiting.splice(random.int(waiting.length), 1)[0]?.();
    if (waiting.length === 0 || random.int(4) > 0) await drain();
    else await undefined;
  }
  await running;
}

function drawActor(random: Random): Actor {
  const key = random.int(KEYS);
  const kind = random.int(9);
  if (kind < 4) return { kind: 'read', key, fails: random.int(4) === 0, twice: random.int(2) === 0 };
  if (kind === 4) return { kind: 'peek', key };
  if (kind === 8) return { kind: 'wait', ms: [1, TTL_MS, LOAD_TIMEOUT_MS][random.int(3)]! };
  return { kind: 'write', key, by: WAYS[random.int(WAYS.length)]! };
}

/** Lets every microtask run, also those that they make. */
function drain(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}
