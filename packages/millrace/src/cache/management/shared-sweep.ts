import type { Clock } from '../../core/index.ts';
import type { RedisDriver } from '../../redis/index.ts';
import { escapeRedisGlob } from '../key-glob.ts';

/** Which values of a cache are removed from Redis. */
export interface Swept {
  /** A pattern of Redis for the end of what they are called there; it may match others too. */
  readonly pattern: string;
  /** Which encoded keys it is; undefined: all. Keys that are stored by their hash tell nothing, and are removed with all alone. */
  readonly names: ((key: string) => boolean) | undefined;
}

/** How far a sweep went. */
export interface SweepReport {
  /** Values that were removed. */
  readonly removed: number;
  readonly removal: 'complete' | 'bounded' | 'failed';
}

/** What stands behind the cache's name in that of a value, and nothing else's. */
const PLAIN = /^@\d+:([\s\S]*)$/;
const HASHED = /^:sha256:[\w-]{43}$/;
/** Longest wait for one answer, in milliseconds. */
const TIMEOUT_MS = 1_000;

/** Bounds of one or several sweeps. */
export class SweepBudget {
  #keys: number;
  readonly #clock: Clock;
  readonly #until: number;

  constructor(maxKeys: number, deadlineMs: number, clock: Clock) {
    this.#keys = maxKeys;
    this.#clock = clock;
    this.#until = clock.now() + deadlineMs;
  }

  /** How many may still be removed. */
  get keys(): number {
    return this.#clock.now() < this.#until ? this.#keys : 0;
  }

  /** Longest wait for the next answer, in milliseconds. */
  get timeoutMs(): number {
    return Math.min(TIMEOUT_MS, Math.max(1, Math.ceil(this.#until - this.#clock.now())));
  }

  spend(keys: number): void {
    this.#keys -= keys;
  }
}

/**
 * Removes what counts no more, so that it takes no memory until its TTL ends. Nothing depends on it: what an invalidation
 * names is not believed whether it lies there or not. Never blocks the server: SCAN in small steps, and UNLINK.
 */
export async function sweepShared(
  driver: RedisDriver,
  cache: string,
  swept: Swept,
  budget: SweepBudget,
): Promise<SweepReport> {
  let removed = 0;
  try {
    for await (const names of found(driver, cache, swept, budget)) {
      const gone = names.slice(0, budget.keys);
      removed += await driver.unlink(gone, { timeoutMs: budget.timeoutMs });
      budget.spend(gone.length);
      if (gone.length < names.length || budget.keys === 0) return { removed, removal: 'bounded' };
    }
    return { removed, removal: 'complete' };
  } catch {
    return { removed, removal: budget.keys === 0 ? 'bounded' : 'failed' };
  }
}

/** In batches, empty ones too, so that whoever takes them can stop. Values are called `cache@version:key`, or `cache:sha256:…`. */
async function* found(
  driver: RedisDriver,
  cache: string,
  { pattern, names }: Swept,
  { timeoutMs }: SweepBudget,
): AsyncGenerator<readonly string[]> {
  const begin = escapeRedisGlob(cache);
  const isNamed = (name: string): boolean => {
    const key = PLAIN.exec(name.slice(cache.length))?.[1];
    return key !== undefined && (names === undefined || names(decoded(key)));
  };
  for await (const batch of driver.scan(`${begin}@*:${pattern}`, { timeoutMs })) yield batch.filter(isNamed);
  if (names !== undefined) return;
  const isHashed = (name: string): boolean => HASHED.test(name.slice(cache.length));
  for await (const batch of driver.scan(`${begin}:sha256:*`, { timeoutMs })) yield batch.filter(isHashed);
}

/** The key in what it is called in Redis. */
function decoded(text: string): string {
  return text.replaceAll('%7B', '{').replaceAll('%7D', '}').replaceAll('%25', '%');
}
