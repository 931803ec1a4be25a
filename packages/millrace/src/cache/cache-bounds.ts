import type { Random } from '../core/index.ts';
import { type CacheOptions, checkChoice, checkNumber } from './cache-options.ts';
import { type EntryPlan, MAX_TTL_MS, policyOf } from './entry-options.ts';
import type { LoadsOptions } from './loads.ts';
import { type MemoryOptions, POLICY_NAMES } from './memory/index.ts';

const NO_TAGS: readonly string[] = Object.freeze([]);

/** What a value has unless it has something of its own. @throws MILLRACE_CACHE_OPTION_INVALID */
export function defaultPlan(options: CacheOptions): EntryPlan {
  const time = (name: 'staleWhileRevalidateMs' | 'staleIfErrorMs'): number =>
    checkNumber(name, options[name] ?? 0, 0, MAX_TTL_MS, true);
  const { softTimeoutMs = Infinity } = options;
  const policy = policyOf(options.policy ?? 'default');
  return {
    ttlMs: checkNumber('ttlMs', options.ttlMs ?? policy.ttlMs, Number.MIN_VALUE, MAX_TTL_MS, true),
    adapts: options.adaptiveTtl !== undefined,
    expiresAtMs: Infinity,
    marginMs: policy.marginMs,
    tags: NO_TAGS,
    scope: undefined,
    staleWhileRevalidateMs: time('staleWhileRevalidateMs'),
    staleIfErrorMs: time('staleIfErrorMs'),
    softTimeoutMs:
      softTimeoutMs === Infinity ? Infinity : checkNumber('softTimeoutMs', softTimeoutMs, 0, MAX_TTL_MS, true),
  };
}

/** Bounds of loading. @throws MILLRACE_CACHE_OPTION_INVALID */
export function loadBounds(
  options: CacheOptions,
): Pick<LoadsOptions, 'maxLoads' | 'timeoutMs' | 'ttlJitter' | 'negativeTtlMs'> {
  return {
    maxLoads: checkNumber('maxLoads', options.maxLoads ?? 1_000, 1, 1_000_000),
    timeoutMs: checkNumber('loadTimeoutMs', options.loadTimeoutMs ?? 10_000, 1, 600_000),
    ttlJitter: checkNumber('ttlJitter', options.ttlJitter ?? 0.1, 0, 0.5, true),
    negativeTtlMs: checkNumber('negativeTtlMs', options.negativeTtlMs ?? MAX_TTL_MS, 0, MAX_TTL_MS, true),
  };
}

/** Bounds of memory. @throws MILLRACE_CACHE_OPTION_INVALID */
export function memoryOptions(options: CacheOptions, random: Random): MemoryOptions {
  const { maxBytes, sizeOf, eviction = 'adaptive' } = options;
  return {
    maxEntries: checkNumber('maxEntries', options.maxEntries ?? 1_000, 1, 10_000_000),
    ...(maxBytes === undefined ? {} : { maxBytes: checkNumber('maxBytes', maxBytes, 1_024, Number.MAX_SAFE_INTEGER) }),
    ...(sizeOf === undefined ? {} : { sizeOf }),
    policy: checkChoice('eviction', eviction, POLICY_NAMES),
    random,
  };
}
