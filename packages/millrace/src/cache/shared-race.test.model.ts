import { createRandom, type Random } from '../core/index.ts';
import type { Cache, CacheOptions, CacheView, LoadContext } from './index.ts';
import { drive, type Steps } from './race-steps.test.model.ts';
import { SimulatedLink, SimulatedServer, simulatedTier } from './simulated-tier.test.model.ts';
import { SteppedClock } from './stepped-clock.test.model.ts';

/*
 * Several processes share one origin, one log and one store; each may be cut off, and the server may lose what it
 * acknowledged. An origin holds one row a key, a version that only grows. `floor` is the promise of each process: the
 * version that a row had when that process invalidated it. No read that begins there afterwards may see less, whether the
 * invalidation was acknowledged yet or not. Cut off or not, nobody may see less than what was acknowledged anywhere longer
 * ago than the stated limit, save where an old value is allowed for an error. And when all is well again for a while,
 * nobody may see less than what anybody had invalidated. The last row is read through a namespace, under a key that
 * another row has outside of it.
 */

const KEYS = 3;
const INSIDE = KEYS - 1;
const NODES = 3;
/** The process that gives an old value rather than an error. */
const FORGIVING = 2;
const TTL_MS = 60_000;
const MAX_STALENESS_MS = 400;
/** Longest life of a load: who joins one late gets what it read when it began. */
const LOAD_TIMEOUT_MS = 1_000;
/**
 * In all longer than any wait but the TTL, so that all that can settle has, and what is held is still held. The last are
 * short, for in the end everybody is to have heard of late that nothing is missing.
 */
const SETTLE_MS: readonly number[] = [100, 200, 400, 800, 800, 100, 100];
const STEP_MS = 100;
const STEPS_MS = [1, 5, 25, 120, 500, TTL_MS + 1];
/** What never settles ends the race. */
const MOST_STEPS = 200;

/** How often what a race is about came about. */
export interface RaceCounts {
  hits: number;
  sharedHits: number;
  averted: number;
  resets: number;
  invalidations: number;
}

/** Runs one race drawn from `seed`; throws where a promise was broken. Adds to `counts`. */
export function seededSharedRace(
  seed: number,
  createCache: (options: CacheOptions) => Cache,
  counts: RaceCounts,
): Promise<void> {
  return drive(new SharedRace(createRandom(seed), createCache).run(counts));
}

interface Node {
  readonly cache: Cache;
  readonly part: CacheView;
  readonly link: SimulatedLink;
  /** By key: the least version that may be seen here. */
  readonly floor: number[];
}

class SharedRace {
  readonly #random: Random;
  /** Some races are about one key, or about nothing but reads and invalidations: what needs many of them in a row is rare elsewhere. */
  readonly #keys: number;
  readonly #isCalm: boolean;
  readonly #clock = new SteppedClock();
  readonly #server: SimulatedServer;
  readonly #nodes: readonly Node[];
  readonly #rows: number[] = Array(KEYS).fill(0);
  /** By key: the highest version that somebody invalidated. */
  readonly #invalidated: number[] = Array(KEYS).fill(0);
  /** What was acknowledged, and when. */
  readonly #acknowledged: {
    readonly at: number;
    readonly versions: readonly (readonly [key: number, version: number])[];
  }[] = [];
  /** What travels, or pauses: whoever is drawn goes on. */
  #waiting: (() => void)[] = [];
  #running = 0;
  #failure: unknown;

  constructor(random: Random, createCache: (options: CacheOptions) => Cache) {
    this.#random = random;
    this.#keys = 1 + random.int(KEYS);
    this.#isCalm = random.int(4) === 0;
    this.#server = new SimulatedServer(this.#clock, random, () => this.#pause());
    this.#nodes = Array.from({ length: NODES }, (_, index) => {
      const link = new SimulatedLink(this.#server);
      const cache = createCache({
        name: `node${index}`,
        maxEntries: 2,
        eviction: 'lru',
        ttlMs: TTL_MS,
        ttlJitter: 0,
        loadTimeoutMs: LOAD_TIMEOUT_MS,
        retryAfterMs: 20,
        staleWhileRevalidateMs: index === 1 ? 30_000 : 0,
        staleIfErrorMs: index === FORGIVING ? 30_000 : 0,
        shared: simulatedTier(link, MAX_STALENESS_MS),
        clock: this.#clock,
        random: createRandom(index),
      });
      return { cache, part: cache.namespace('part'), link, floor: Array(KEYS).fill(0) };
    });
  }

  *run(counts: RaceCounts): Steps {
    for (let step = 20 + this.#random.int(60); step > 0 && this.#failure === undefined; step--) {
      this.#step();
      yield* this.#turn();
    }
    yield* this.#recover();
    yield* this.#checkAll();
    yield* this.#close();
    if (this.#failure !== undefined) throw this.#failure;
    for (const { cache } of this.#nodes) {
      const stats = cache.stats();
      for (const what of Object.keys(counts) as (keyof RaceCounts)[]) counts[what] += stats[what];
    }
  }

  #step(): void {
    const node = this.#nodes[this.#random.int(NODES)] as Node;
    const key = this.#random.int(this.#keys);
    const what = this.#random.int(this.#isCalm ? 19 : 24);
    if (what < 9) this.#start(this.#read(node, key));
    else if (what < 13) this.#start(this.#write(node, key));
    else if (what < 19) this.#clock.advance(STEPS_MS[this.#random.int(this.#isCalm ? 3 : STEPS_MS.length)] as number);
    else if (what === 19) node.link.cut = !node.link.cut;
    else if (what === 20) node.link.drop();
    else if (what === 21) this.#server.replicate();
    else this.#harm();
  }

  #harm(): void {
    const what = this.#random.int(8);
    if (what === 0) this.#server.failOver();
    else if (what === 1) this.#server.flush();
    else if (what < 5) this.#server.evict();
    else if (what < 7) this.#server.trim();
    else this.#server.dropAll();
  }

  async #read(node: Node, key: number): Promise<void> {
    const floor = Math.max(node.floor[key] as number, this.#knownEverywhere(node, key));
    const tags = [`tag${key % 2}`];
    // Some loaders say only at their end what their answer carries.
    const isLate = this.#random.int(4) === 0;
    const load = async (context: LoadContext): Promise<number> => {
      await this.#pause();
      if (isLate) context.store({ tags });
      const version = this.#rows[key] as number;
      await this.#pause();
      if (this.#random.int(8) === 0) throw Object.assign(new Error('the origin failed'), { code: 'ORIGIN' });
      return version;
    };
    // Some look only for what somebody else has loaded.
    const finds = this.#random.int(4) === 0;
    try {
      const view = viewOf(node, key);
      const seen = await (finds
        ? view.find<number>(nameOf(key))
        : view.getOrSet(nameOf(key), load, isLate ? {} : { tags }));
      if (seen !== undefined) this.#check(seen, floor, key, node);
    } catch (error) {
      const { code } = error as { code?: string };
      if (code !== 'ORIGIN' && !code?.startsWith('MILLRACE_CACHE_')) throw error;
    }
  }

  async #write(node: Node, key: number): Promise<void> {
    const by = (['delete', 'delete', 'tag', 'all', 'set', 'part', 'pattern'] as const)[this.#random.int(7)] as Way;
    const version = ++this.#rows[key]!;
    if (this.#random.int(2) === 0) await this.#pause();
    const covered = all().filter((each) => isCovered(each, key, by));
    // A value at hand may be stored only while nobody has written a newer one.
    const isNewest = this.#rows[key] === version;
    const versions = covered.map(
      (each) => [each, by === 'set' && isNewest ? version : (this.#rows[each] as number)] as const,
    );
    for (const [each, least] of versions) {
      node.floor[each] = Math.max(node.floor[each] as number, least);
      this.#invalidated[each] = Math.max(this.#invalidated[each] as number, least);
    }
    try {
      await tell(node, key, by === 'set' && !isNewest ? 'delete' : by, version);
      this.#acknowledged.push({ at: this.#clock.now(), versions });
    } catch (error) {
      if ((error as { code?: string }).code !== 'MILLRACE_CACHE_INVALIDATION_PENDING') throw error;
    }
  }

  /** What every process must have heard of by now, or believe nothing that it has. */
  #knownEverywhere(node: Node, key: number): number {
    if (node === this.#nodes[FORGIVING]) return 0;
    const until = this.#clock.now() - MAX_STALENESS_MS - LOAD_TIMEOUT_MS;
    const known = this.#acknowledged.filter(({ at }) => at < until).flatMap(({ versions }) => versions);
    return Math.max(0, ...known.filter(([each]) => each === key).map(([, version]) => version));
  }

  /** Heals everything and lets it settle, until each process has heard that nothing is missing of what all have told. */
  *#recover(): Steps {
    for (const { link } of this.#nodes) link.cut = false;
    for (const ms of SETTLE_MS) yield* this.#pass(ms);
    yield* this.#until(() => this.#running === 0, 'somebody waits for ever');
    const isTold = (): boolean => this.#nodes.every(({ cache }) => cache.stats().pending === 0);
    yield* this.#until(isTold, 'an invalidation is never told');
    const toldAt = this.#clock.now();
    const isHeard = (): boolean => this.#nodes.every(({ cache }) => this.#clock.now() - cache.stalenessMs() > toldAt);
    yield* this.#until(isHeard, 'somebody never hears');
  }

  *#checkAll(): Steps {
    for (const node of this.#nodes) {
      for (const key of all()) this.#start(this.#readWell(node, key));
    }
    yield* this.#until(() => this.#running === 0, 'a read does not end');
    const idle = (): boolean => this.#nodes.every(({ cache }) => cache.stats().loading + cache.stats().pending === 0);
    yield* this.#until(idle, 'loads or invalidations are left');
  }

  *#close(): Steps {
    let left = NODES;
    for (const { cache } of this.#nodes) void cache.close().finally(() => left--);
    yield* this.#until(() => left === 0, 'close() does not end');
  }

  /** Lets time pass and things travel until it is so. */
  *#until(isSo: () => boolean, otherwise: string): Steps {
    for (let steps = 0; !isSo() && this.#failure === undefined; steps++) {
      if (steps > MOST_STEPS) this.#failure = new Error(otherwise);
      yield* this.#pass();
    }
  }

  *#pass(ms: number = STEP_MS): Steps {
    this.#clock.advance(ms);
    yield* this.#turn(60);
  }

  async #readWell(node: Node, key: number): Promise<void> {
    const load = async (): Promise<number> => this.#rows[key] as number;
    const seen = await viewOf(node, key).getOrSet(nameOf(key), load, { tags: [`tag${key % 2}`] });
    this.#check(seen, this.#invalidated[key] as number, key, node);
  }

  #check(seen: number, floor: number, key: number, { cache }: Node): void {
    if (seen < floor)
      throw new Error(`${cache.name}, key ${key}: read version ${seen}, at least ${floor} was promised`);
    if (seen > (this.#rows[key] as number)) throw new Error(`key ${key}: version ${seen} was never written`);
  }

  #start(work: Promise<void>): void {
    this.#running++;
    work
      .catch((error: unknown) => {
        this.#failure ??= error;
      })
      .finally(() => {
        this.#running--;
      });
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => void this.#waiting.push(resolve));
  }

  /** Lets some of what waits go on, one after the other. */
  *#turn(most: number = this.#random.int(8)): Steps {
    yield;
    for (let left = most; left > 0 && this.#waiting.length > 0; left--) {
      const [next] = this.#waiting.splice(this.#random.int(this.#waiting.length), 1);
      next?.();
      yield;
    }
  }
}

/** How a row is told to have changed; `part`: by clearing the namespace, `pattern`: by one that names its key alone. */
type Way = 'delete' | 'tag' | 'all' | 'set' | 'part' | 'pattern';

/** Whether telling that the row of `key` has changed covers that of `each`. */
function isCovered(each: number, key: number, by: Way): boolean {
  if (by === 'tag') return each % 2 === key % 2;
  if (by === 'part') return each === INSIDE;
  return by === 'all' || each === key;
}

function tell(node: Node, key: number, by: Way, version: number): Promise<void> {
  const tags = [`tag${key % 2}`];
  if (by === 'tag') return node.cache.invalidateTags(tags);
  if (by === 'all') return node.cache.clear();
  if (by === 'part') return node.part.clear();
  if (by === 'pattern') return node.cache.invalidateMatching(patternOf(key));
  const view = viewOf(node, key);
  return by === 'set' ? view.set(nameOf(key), version, { tags }) : view.delete(nameOf(key));
}

function viewOf(node: Node, key: number): CacheView {
  return key === INSIDE ? node.part : node.cache;
}

function nameOf(key: number): string {
  return `${key % INSIDE}`;
}

/** A pattern that names this key alone. */
function patternOf(key: number): string {
  return key === INSIDE ? 'part/*' : `${nameOf(key)}*`;
}

function all(): number[] {
  return Array.from({ length: KEYS }, (_, key) => key);
}
