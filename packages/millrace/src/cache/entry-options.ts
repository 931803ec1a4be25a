import { checkOptionNames, type OptionNames } from '../core/index.ts';
import { checkNumber } from './cache-options.ts';
import { encodeTags } from './cache-tag.ts';

/** What one value may have of its own, in place of what the cache has for all. */
export interface EntryOptions {
  /** How long it counts, in milliseconds, jittered. 0 means: do not store. At most one year. */
  readonly ttlMs?: number;
  /** Labels by which {@link Cache.invalidateTags} finds it. Default none. */
  readonly tags?: readonly string[];
  /** How long past its TTL it is given at once while a newer one is loaded behind, in milliseconds. Default the cache's. */
  readonly staleWhileRevalidateMs?: number;
  /** How long past its TTL it is given when a load fails, in milliseconds. Default the cache's. */
  readonly staleIfErrorMs?: number;
  /** Who has an old value waits so long for a newer one, in milliseconds. Default the cache's. */
  readonly softTimeoutMs?: number;
}

/** The same, whole and checked. */
export interface EntryPlan {
  readonly ttlMs: number;
  /** Encoded. */
  readonly tags: readonly string[];
  /** The tag that everything in its namespace carries, whatever else it does; undefined outside of namespaces. */
  readonly scope: string | undefined;
  readonly staleWhileRevalidateMs: number;
  readonly staleIfErrorMs: number;
  readonly softTimeoutMs: number;
}

export const MAX_TTL_MS: number = 365 * 86_400_000;

const NAMES: OptionNames<EntryOptions> = {
  ttlMs: true,
  tags: true,
  staleWhileRevalidateMs: true,
  staleIfErrorMs: true,
  softTimeoutMs: true,
};

/** `options` over `defaults`. @throws MILLRACE_CACHE_OPTION_INVALID, MILLRACE_CORE_OPTION_UNKNOWN */
export function toEntryPlan(options: EntryOptions | undefined, defaults: EntryPlan): EntryPlan {
  if (options === undefined) return defaults;
  checkOptionNames('a cache entry', options, NAMES);
  const time = (name: Exclude<keyof EntryOptions, 'tags'>): number => {
    const value = options[name];
    return value === undefined ? defaults[name] : checkNumber(name, value, 0, MAX_TTL_MS, true);
  };
  return {
    ttlMs: time('ttlMs'),
    tags: options.tags === undefined ? defaults.tags : encodeTags(options.tags, defaults.scope),
    scope: defaults.scope,
    staleWhileRevalidateMs: time('staleWhileRevalidateMs'),
    staleIfErrorMs: time('staleIfErrorMs'),
    softTimeoutMs: time('softTimeoutMs'),
  };
}
