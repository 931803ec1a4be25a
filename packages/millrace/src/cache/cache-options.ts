import type { Clock, OptionNames, Random } from '../core/index.ts';
import { CACHE_ERRORS } from './errors.ts';

/** What {@link createCache} takes. */
export interface CacheOptions {
  /** Names the cache in signals, statistics and errors. Not empty; no user data. */
  readonly name: string;
  /** Most values held at once; the least recently used goes first. 1 to 10,000,000; default 1,000. */
  readonly maxEntries?: number;
  /** How long a value counts, in milliseconds from the end of its load. Above 0; default 60,000. */
  readonly ttlMs?: number;
  /** Share by which a TTL is lengthened or shortened at random, so that values stored together do not expire together. 0 to 0.5; default 0.1. */
  readonly ttlJitter?: number;
  /** Most loads in flight at once; a further one is refused with `MILLRACE_CACHE_LOADS_FULL`. 1 to 1,000,000; default 1,000. */
  readonly maxLoads?: number;
  /** Longest wait for one load, in milliseconds. 1 to 600,000; default 10,000. */
  readonly loadTimeoutMs?: number;
  /** Source of time; default the machine's. */
  readonly clock?: Clock;
  /** Source of jitter; default seeded at random. */
  readonly random?: Random;
}

export const CACHE_OPTIONS: OptionNames<CacheOptions> = {
  name: true,
  maxEntries: true,
  ttlMs: true,
  ttlJitter: true,
  maxLoads: true,
  loadTimeoutMs: true,
  clock: true,
  random: true,
};

/** Refuses a number outside `min`..`max` (and, unless `fraction`, one that is not whole). */
export function checkNumber(option: string, value: number, min: number, max: number, fraction = false): number {
  if (typeof value === 'number' && value >= min && value <= max && (fraction || Number.isInteger(value))) return value;
  const allowed = `${fraction ? 'a number' : 'a whole number'} from ${min} to ${max}`;
  throw CACHE_ERRORS.create('MILLRACE_CACHE_OPTION_INVALID', { option, value: String(value), allowed });
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
