import type { Clock } from '../core/index.ts';
import type { RedisDriver } from '../redis/index.ts';
import { checkNumber } from './cache-options.ts';
import type { ValueCodec } from './codec/index.ts';
import { CACHE_ERRORS } from './errors.ts';
import { createRedisLog, type LogSource } from './log/index.ts';
import { SchemaVersions } from './schema-versions.ts';
import { createRedisStore, type SharedStore } from './shared/index.ts';

/** What a tier is opened with. */
export interface SharedTierNeeds {
  /** The cache's name: its copies and its log are its own. */
  readonly namespace: string;
  readonly clock: Clock;
}

/** How a cache is to use a tier. */
export interface SharedTierBounds {
  /** A value that was loaded longer ago is not given while it is not known what was invalidated since, in milliseconds. */
  readonly maxStalenessMs: number;
  /** Longest wait for an invalidation to be acknowledged, in milliseconds. */
  readonly invalidateTimeoutMs: number;
  /** Most tags of which the last invalidation is remembered. */
  readonly maxTags: number;
  /** How often a lease is renewed, in milliseconds. */
  readonly renewMs: number;
}

/**
 * Where a cache shares its values with other processes: a store for them and a log of what was invalidated. Redis is one
 * ({@link createRedisTier}); another is made by implementing the two contracts.
 */
export interface SharedTier extends SharedTierBounds {
  open(needs: SharedTierNeeds): { readonly store: SharedStore; readonly log: LogSource };
}

/** What {@link createRedisTier} takes. */
export interface RedisTierOptions {
  readonly driver: RedisDriver;
  /** How values become bytes. */
  readonly codec: ValueCodec;
  /** Longest wait for the answer to one question about a value, in milliseconds. 1 to 60,000; default 20. */
  readonly timeoutMs?: number;
  /** Longest wait for the answer of the log, in milliseconds. 10 to 60,000; default 1,000. */
  readonly logTimeoutMs?: number;
  /** See {@link SharedTierBounds}. 100 to 86,400,000; default 5,000. */
  readonly maxStalenessMs?: number;
  /** See {@link SharedTierBounds}. 10 to 600,000; default 1,000. */
  readonly invalidateTimeoutMs?: number;
  /** Most entries and most tags that the log keeps. 100 to 10,000,000; default 100,000. */
  readonly maxLogEntries?: number;
  /** How long the right to load a key lasts when its holder dies, in milliseconds. 100 to 60,000; default 3,000. */
  readonly leaseMs?: number;
}

/** Longest wait of the reader of the log before it makes sure again: the age of what is known of a quiet log. */
const LOG_WAIT_MS = 250;

/**
 * Values in Redis. The driver stays the caller's to close, after every cache that uses it.
 * @throws MILLRACE_CACHE_OPTION_INVALID
 * @example
 * const driver = createNodeRedisDriver({ client: createClient({ url: process.env.REDIS_URL }) });
 * const shared = createRedisTier({ driver, codec: createValueCodec({ schemaVersion: 1 }) });
 * const users = createCache({ name: 'users', shared });
 */
export function createRedisTier(options: RedisTierOptions): SharedTier {
  const timeoutMs = checkNumber('timeoutMs', options.timeoutMs ?? 20, 1, 60_000);
  const logTimeoutMs = checkNumber('logTimeoutMs', options.logTimeoutMs ?? 1_000, 10, 60_000);
  const maxEntries = checkNumber('maxLogEntries', options.maxLogEntries ?? 100_000, 100, 10_000_000);
  const leaseMs = checkNumber('leaseMs', options.leaseMs ?? 3_000, 100, 60_000);
  const maxStalenessMs = checkNumber('maxStalenessMs', options.maxStalenessMs ?? 5_000, 100, 86_400_000);
  const { driver, codec } = options;
  return {
    maxStalenessMs,
    invalidateTimeoutMs: checkNumber('invalidateTimeoutMs', options.invalidateTimeoutMs ?? 1_000, 10, 600_000),
    maxTags: maxEntries,
    renewMs: leaseMs / 3,
    open({ namespace, clock }) {
      checkNamespace(namespace);
      const common = { driver, namespace, versions: new SchemaVersions(codec.schemaVersion) };
      const waitMs = Math.min(LOG_WAIT_MS, maxStalenessMs / 4);
      return {
        store: createRedisStore({ ...common, codec, clock, timeoutMs, removeTimeoutMs: logTimeoutMs, leaseMs }),
        log: createRedisLog({ ...common, waitMs, timeoutMs: logTimeoutMs, maxEntries }),
      };
    },
  };
}

/** Part of every key in Redis, where braces and colons mean something. */
function checkNamespace(namespace: string): void {
  if (/^[A-Za-z0-9_.-]{1,64}$/.test(namespace)) return;
  const allowed = 'with a shared tier, 1 to 64 letters, digits, `_`, `.` and `-`';
  throw CACHE_ERRORS.create('MILLRACE_CACHE_OPTION_INVALID', { option: 'name', value: namespace, allowed });
}
