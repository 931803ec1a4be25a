import type { Clock, OptionNames, Random } from '../core/index.ts';
import type { AdaptiveTtl } from './adaptive-ttl.ts';
import { CACHE_ERRORS } from './errors.ts';
import type { SharedTier } from './shared-tier.ts';
import type { Sharing } from './sharing.ts';
import type { TtlPolicyName } from './ttl-policies.ts';

/** How memory chooses what goes when it is full. */
export type EvictionPolicy = 'adaptive' | 'lru' | 'lfu' | 'fifo';

/** What {@link createCache} takes. */
export interface CacheOptions {
  /** Names the cache in signals, statistics and errors. Not empty; no user data. */
  readonly name: string;
  /** Most values held at once in memory. 1 to 10,000,000; default 1,000. */
  readonly maxEntries?: number;
  /** Most bytes held in memory, as `sizeOf` counts them. From 1,024 up; default: no bound but `maxEntries`. */
  readonly maxBytes?: number;
  /** The size of a value in bytes; asked when one is stored, and only with `maxBytes`. Default: an estimate that walks plain data. */
  readonly sizeOf?: (value: unknown) => number;
  /** Which value goes when memory is full. Default `adaptive`, which learns from the accesses (TinyLFU family). */
  readonly eviction?: EvictionPolicy;
  /** How long a value counts, in milliseconds from the end of its load. Above 0; default 60,000. */
  readonly ttlMs?: number;
  /** The same by the name of what the cache holds; see {@link TTL_POLICIES}. `ttlMs` comes before it. */
  readonly policy?: TtlPolicyName;
  /**
   * Lets TTLs follow how often values of a key pattern are asked for and change, where none is named for the entry or its
   * namespace; `ttlMs` counts until enough was seen. See the guide for the formula. Default: they do not.
   */
  readonly adaptiveTtl?: AdaptiveTtl;
  /** Share by which a TTL is lengthened or shortened at random, so that values stored together do not expire together. 0 to 0.5; default 0.1. */
  readonly ttlJitter?: number;
  /** How long `null`, an answer that says "there is none", counts. Default: as any value. */
  readonly negativeTtlMs?: number;
  /** How long past its TTL a value is given at once while a newer one is loaded behind. 0 to one year; default 0. */
  readonly staleWhileRevalidateMs?: number;
  /** How long past its TTL a value is given when a load fails. 0 to one year; default 0. */
  readonly staleIfErrorMs?: number;
  /** Who has an old value waits so long for a newer one, in milliseconds. Default: as long as the load takes. */
  readonly softTimeoutMs?: number;
  /**
   * How eagerly a value that is asked for often is loaded again before its TTL ends: 0 not at all, 1 as XFetch has it
   * (Vattani et al., VLDB 2015), more for earlier. 0 to 10; default 0.
   */
  readonly refreshBeta?: number;
  /** After a failed load nobody asks the origin for the same key for so long, in milliseconds. 0 to 60,000; default 0, with `shared` 100. */
  readonly retryAfterMs?: number;
  /** Most loads in flight at once; a further one is refused with `MILLRACE_CACHE_LOADS_FULL`. 1 to 1,000,000; default 1,000. */
  readonly maxLoads?: number;
  /** Longest wait for one load, in milliseconds. 1 to 600,000; default 10,000. */
  readonly loadTimeoutMs?: number;
  /** What keeps callers from changing, for each other, the object that memory holds. Default `reference`: nothing, at no cost. */
  readonly sharing?: Sharing;
  /** Values shared with other processes. Default: none, this process alone. */
  readonly shared?: SharedTier;
  /** Source of time; default the machine's. */
  readonly clock?: Clock;
  /** Source of jitter; default seeded at random. */
  readonly random?: Random;
}

export const CACHE_OPTIONS: OptionNames<CacheOptions> = {
  name: true,
  maxEntries: true,
  maxBytes: true,
  sizeOf: true,
  eviction: true,
  ttlMs: true,
  policy: true,
  adaptiveTtl: true,
  ttlJitter: true,
  negativeTtlMs: true,
  staleWhileRevalidateMs: true,
  staleIfErrorMs: true,
  softTimeoutMs: true,
  refreshBeta: true,
  retryAfterMs: true,
  maxLoads: true,
  loadTimeoutMs: true,
  sharing: true,
  shared: true,
  clock: true,
  random: true,
};

/** Refuses a number outside `min`..`max` (and, unless `fraction`, one that is not whole). */
export function checkNumber(option: string, value: number, min: number, max: number, fraction = false): number {
  if (typeof value === 'number' && value >= min && value <= max && (fraction || Number.isInteger(value))) return value;
  const allowed = `${fraction ? 'a number' : 'a whole number'} from ${min} to ${max}`;
  throw CACHE_ERRORS.create('MILLRACE_CACHE_OPTION_INVALID', { option, value: String(value), allowed });
}

/** Refuses what is not one of `allowed`. */
export function checkChoice<Choice extends string>(option: string, value: Choice, allowed: readonly Choice[]): Choice {
  if (allowed.includes(value)) return value;
  const context = { option, value: String(value), allowed: allowed.join(', ') };
  throw CACHE_ERRORS.create('MILLRACE_CACHE_OPTION_INVALID', context);
}

/** Refuses a name that is empty or no string. */
export function checkName(name: string): string {
  if (typeof name === 'string' && name !== '') return name;
  throw CACHE_ERRORS.create('MILLRACE_CACHE_OPTION_INVALID', {
    option: 'name',
    value: String(name),
    allowed: 'a non-empty string',
  });
}
