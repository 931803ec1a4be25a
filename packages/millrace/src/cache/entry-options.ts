import { checkOptionNames, type OptionNames } from '../core/index.ts';
import { checkChoice, checkNumber } from './cache-options.ts';
import { encodeTags } from './cache-tag.ts';
import { TTL_POLICIES, TTL_POLICY_NAMES, type TtlPolicy, type TtlPolicyName } from './ttl-policies.ts';

/** What one value may have of its own, in place of what the cache has for all. */
export interface EntryOptions {
  /** How long it counts, in milliseconds, jittered. 0 means: do not store. At most one year. */
  readonly ttlMs?: number;
  /** The same by the name of what it is; see {@link TTL_POLICIES}. `ttlMs` comes before it. */
  readonly policy?: TtlPolicyName;
  /**
   * When it ends by itself, in milliseconds since 1970 by the wall clock: it counts no longer than that less the margin of
   * its policy, nor is it given as stale after that in the process that loaded it. Default: it does not.
   */
  readonly expiresAtMs?: number;
  /** Labels by which {@link Cache.invalidateTags} finds it. Default none. */
  readonly tags?: readonly string[];
  /** How long past its TTL it is given at once while a newer one is loaded behind, in milliseconds. Default the cache's. */
  readonly staleWhileRevalidateMs?: number;
  /** How long past its TTL it is given when a load fails, in milliseconds. Default the cache's. */
  readonly staleIfErrorMs?: number;
  /** Who has an old value waits so long for a newer one, in milliseconds. Default the cache's. */
  readonly softTimeoutMs?: number;
}

/** How long something counts. */
export interface Lifetime {
  /** In milliseconds, before jitter. */
  readonly ttlMs: number;
  /** Whether the TTL may follow what is seen; not when one was named for just this. */
  readonly adapts: boolean;
  /** When it ends by itself, by the wall clock; Infinity: it does not. */
  readonly expiresAtMs: number;
  /** It stops counting so long before that, in milliseconds. */
  readonly marginMs: number;
}

/** The same, whole and checked. */
export interface EntryPlan extends Lifetime {
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
  policy: true,
  expiresAtMs: true,
  tags: true,
  staleWhileRevalidateMs: true,
  staleIfErrorMs: true,
  softTimeoutMs: true,
};

/** `options` over `defaults`. @throws MILLRACE_CACHE_OPTION_INVALID, MILLRACE_CORE_OPTION_UNKNOWN */
export function toEntryPlan(options: EntryOptions | undefined, defaults: EntryPlan): EntryPlan {
  if (options === undefined) return defaults;
  checkOptionNames('a cache entry', options, NAMES);
  const time = (name: TimeName): number => {
    const value = options[name];
    return value === undefined ? defaults[name] : checkNumber(name, value, 0, MAX_TTL_MS, true);
  };
  const policy = options.policy && policyOf(options.policy);
  return {
    ttlMs: options.ttlMs === undefined ? (policy?.ttlMs ?? defaults.ttlMs) : checkTtl(options.ttlMs),
    adapts: options.ttlMs === undefined && policy === undefined && defaults.adapts,
    expiresAtMs: checkEnd(options.expiresAtMs ?? defaults.expiresAtMs),
    marginMs: policy?.marginMs ?? defaults.marginMs,
    tags: options.tags === undefined ? defaults.tags : encodeTags(options.tags, defaults.scope),
    scope: defaults.scope,
    staleWhileRevalidateMs: time('staleWhileRevalidateMs'),
    staleIfErrorMs: time('staleIfErrorMs'),
    softTimeoutMs: time('softTimeoutMs'),
  };
}

type TimeName = 'staleWhileRevalidateMs' | 'staleIfErrorMs' | 'softTimeoutMs';

/** Refuses what is no TTL. @throws MILLRACE_CACHE_OPTION_INVALID */
export function checkTtl(ttlMs: number): number {
  return checkNumber('ttlMs', ttlMs, 0, MAX_TTL_MS, true);
}

/** @throws MILLRACE_CACHE_OPTION_INVALID */
export function policyOf(name: TtlPolicyName): TtlPolicy {
  return TTL_POLICIES[checkChoice('policy', name, TTL_POLICY_NAMES)];
}

/** Refuses what is no time. @throws MILLRACE_CACHE_OPTION_INVALID */
export function checkEnd(expiresAtMs: number): number {
  return expiresAtMs === Infinity
    ? Infinity
    : checkNumber('expiresAtMs', expiresAtMs, 0, Number.MAX_SAFE_INTEGER, true);
}
