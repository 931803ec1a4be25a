import { type Clock, checkOptionNames, MillraceError, type OptionNames, systemClock } from '../../core/index.ts';
import type { RedisDriver } from '../../redis/index.ts';
import type { Cache } from '../cache.ts';
import { checkNumber } from '../cache-options.ts';
import { splitNamespace } from '../cache-tag.ts';
import { CACHE_ERRORS } from '../errors.ts';
import { escapeRedisGlob, KeyGlob } from '../key-glob.ts';
import type { WarmUp, WarmUpReport } from '../warm-up.ts';
import { type CacheReport, reportCache } from './cache-report.ts';
import { SweepBudget, type Swept, sweepShared } from './shared-sweep.ts';

/** What {@link createCacheAdmin} takes. */
export interface CacheAdminOptions {
  /** The caches to look after, each of a name of its own. */
  readonly caches: readonly Cache[];
  /** The Redis of their shared tier: what was cleared is removed from it too. Default: it stays there until its TTL ends. */
  readonly driver?: RedisDriver;
  /** What fills the caches before somebody asks, by name; whoever made them closes them. Default none. */
  readonly warmUps?: Readonly<Record<string, WarmUp>>;
  /** Source of time; default the machine's. */
  readonly clock?: Clock;
}

/** What is to be forgotten: one of the three. */
export type ClearTarget =
  /** In every cache, the keys that a pattern names; see `Cache.invalidateMatching`. */
  | { readonly pattern: string }
  /** In every cache, what carries a tag. */
  | { readonly tag: string }
  /** All of one cache, `users`, or of one of its namespaces, `users/team`. */
  | { readonly namespace: string };

/** How much may be removed from Redis in one call. The invalidation itself has no bound: it always counts whole. */
export interface ClearBounds {
  /** Most values removed. 1 to 10,000,000; default 100,000. */
  readonly maxKeys?: number;
  /** Time for the removal, in milliseconds. 1 to 600,000; default 10,000. */
  readonly deadlineMs?: number;
}

/** What a clear did to one cache. */
export interface CacheClearReport {
  readonly cache: string;
  /** Whether it counts in all processes. If not, it counts in this one, and in the others as soon as the log is reached. */
  readonly acknowledged: boolean;
  /** Values dropped from the memory of this process, and loads barred from storing. */
  readonly dropped: number;
  /** Values removed from Redis. */
  readonly removed: number;
  /**
   * Whether all of it was removed from Redis. `bounded`: a bound was reached, call again. `failed`: Redis did not answer.
   * `none`: there was no driver or no shared tier, or it was a tag, which no key in Redis tells. Whatever is left there
   * counts no more, and takes memory until its TTL ends.
   */
  readonly removal: 'complete' | 'bounded' | 'failed' | 'none';
}

/** What a clear did. */
export interface ClearReport {
  readonly tookMs: number;
  readonly caches: readonly CacheClearReport[];
}

/** What operators do with the caches of a process. For administration: guard it as such, and keep a record of who did what. */
export interface CacheAdmin {
  /**
   * Forgets, as the cache's own invalidations do: in memory and in flight at once, in the other processes through the log;
   * and then removes it from Redis, within bounds, by SCAN and UNLINK.
   * @throws `MILLRACE_CACHE_OPTION_INVALID`, `MILLRACE_CACHE_UNKNOWN` (no cache of that name)
   */
  clear(target: ClearTarget, bounds?: ClearBounds): Promise<ClearReport>;
  /** The figures of each cache, by tier and by key pattern, since it was made, in this process. */
  statistics(): readonly CacheReport[];
  /**
   * Runs warm-ups, one after the other, or joins those that are on, and says what each came to, by name.
   * @param names which; default all
   * @throws `MILLRACE_CACHE_OPTION_INVALID` (rejects) for a name that there is not; nothing was run then
   */
  warmUp(names?: readonly string[]): Promise<Readonly<Record<string, WarmUpReport>>>;
}

const OPTIONS: OptionNames<CacheAdminOptions> = { caches: true, driver: true, warmUps: true, clock: true };
const BOUNDS: OptionNames<ClearBounds> = { maxKeys: true, deadlineMs: true };

/**
 * Makes what a performance API shows of caches and does with them.
 * @throws MILLRACE_CACHE_OPTION_INVALID, MILLRACE_CORE_OPTION_UNKNOWN
 * @example
 * const admin = createCacheAdmin({ caches: [users, answers], driver, warmUps: { users: warmUp } });
 * await admin.clear({ pattern: 'user:42:*' });
 * await admin.warmUp();
 * const [ofUsers] = admin.statistics();
 */
export function createCacheAdmin(options: CacheAdminOptions): CacheAdmin {
  checkOptionNames('createCacheAdmin', options, OPTIONS);
  const { caches } = options;
  const names = caches.map(({ name }) => name);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) throw refused('caches', twice, 'caches of different names');
  return new ManyCaches(options);
}

/** What is done to one cache. */
interface Step {
  readonly cache: Cache;
  readonly invalidate: () => Promise<void>;
  /** What can be told by its keys in Redis; undefined: nothing. */
  readonly swept: Swept | undefined;
}

class ManyCaches implements CacheAdmin {
  readonly #caches: readonly Cache[];
  readonly #driver: RedisDriver | undefined;
  readonly #clock: Clock;
  readonly #warmUps: ReadonlyMap<string, WarmUp>;

  constructor({ caches, driver, warmUps = {}, clock = systemClock }: CacheAdminOptions) {
    this.#caches = [...caches];
    this.#driver = driver;
    this.#clock = clock;
    this.#warmUps = new Map(Object.entries(warmUps));
  }

  async clear(target: ClearTarget, bounds: ClearBounds = {}): Promise<ClearReport> {
    checkOptionNames('clear', bounds, BOUNDS);
    const maxKeys = checkNumber('maxKeys', bounds.maxKeys ?? 100_000, 1, 10_000_000);
    const deadlineMs = checkNumber('deadlineMs', bounds.deadlineMs ?? 10_000, 1, 600_000);
    const steps = this.#stepsOf(target);
    const began = this.#clock.now();
    const invalidated = await Promise.all(steps.map(invalidate));
    const budget = new SweepBudget(maxKeys, deadlineMs, this.#clock);
    const reports: CacheClearReport[] = [];
    for (const [at, step] of steps.entries())
      reports.push({ ...invalidated[at]!, ...(await this.#remove(step, budget)) });
    return { tookMs: this.#clock.now() - began, caches: reports };
  }

  statistics(): readonly CacheReport[] {
    return this.#caches.map(reportCache);
  }

  async warmUp(names: readonly string[] = [...this.#warmUps.keys()]): Promise<Readonly<Record<string, WarmUpReport>>> {
    const chosen = names.map((name): [string, WarmUp] => {
      const warmUp = this.#warmUps.get(name);
      if (warmUp === undefined) throw refused('names', name, [...this.#warmUps.keys()].join(', ') || 'none');
      return [name, warmUp];
    });
    const reports: [string, WarmUpReport][] = [];
    for (const [name, warmUp] of chosen) reports.push([name, await warmUp.run()]);
    return Object.fromEntries(reports);
  }

  #stepsOf(target: ClearTarget): readonly Step[] {
    const given = Object.keys(target);
    if (given.length !== 1) throw refused('target', given.join(', '), 'one of `pattern`, `tag` and `namespace`');
    if ('tag' in target) {
      const { tag } = target;
      if (typeof tag !== 'string' || tag === '') throw refused('tag', String(tag), 'a non-empty string');
      return this.#caches.map((cache) => ({ cache, invalidate: () => cache.invalidateTags([tag]), swept: undefined }));
    }
    if ('pattern' in target) {
      const glob = new KeyGlob(target.pattern);
      const swept: Swept = { pattern: glob.toRedis(), names: (key) => glob.names(key) };
      return this.#caches.map((cache) => ({ cache, invalidate: () => cache.invalidateMatching(glob.pattern), swept }));
    }
    return [this.#stepOfNamespace(target.namespace)];
  }

  #stepOfNamespace(namespace: string): Step {
    const [name = '', ...rest] = String(namespace).split('/');
    const cache = this.#caches.find((one) => one.name === name);
    if (cache === undefined) {
      const known = this.#caches.map((one) => one.name).join(', ');
      throw CACHE_ERRORS.create('MILLRACE_CACHE_UNKNOWN', { cache: name, known });
    }
    if (rest.length === 0) return { cache, invalidate: () => cache.clear(), swept: { pattern: '*', names: undefined } };
    const part = rest.join('/');
    const view = cache.namespace(part);
    const swept: Swept = {
      pattern: `*${escapeRedisGlob(part)}*`,
      names: (key) => splitNamespace(key)?.namespace === part,
    };
    return { cache, invalidate: () => view.clear(), swept };
  }

  async #remove({ cache, swept }: Step, budget: SweepBudget): Promise<Pick<CacheClearReport, 'removed' | 'removal'>> {
    if (this.#driver === undefined || swept === undefined || cache.stats().shared === 'none')
      return { removed: 0, removal: 'none' };
    return sweepShared(this.#driver, cache.name, swept, budget);
  }
}

async function invalidate({
  cache,
  invalidate: forget,
}: Step): Promise<Pick<CacheClearReport, 'cache' | 'acknowledged' | 'dropped'>> {
  const before = cache.stats().invalidations;
  const told = forget(); // Drops and bars before it returns.
  const dropped = cache.stats().invalidations - before;
  try {
    await told;
    return { cache: cache.name, acknowledged: true, dropped };
  } catch (error) {
    if (!(error instanceof MillraceError && error.code === 'MILLRACE_CACHE_INVALIDATION_PENDING')) throw error;
    return { cache: cache.name, acknowledged: false, dropped };
  }
}

function refused(option: string, value: string, allowed: string): Error {
  return CACHE_ERRORS.create('MILLRACE_CACHE_OPTION_INVALID', { option, value, allowed });
}
