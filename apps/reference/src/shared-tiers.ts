import { createRedisTier, createValueCodec, type SharedTier } from 'millrace/cache';
import type { Clock } from 'millrace/core';
import { createNodeRedisDriver, type RedisDriver } from 'millrace/redis';
import type { SharedCounts } from './optimised/index.ts';
import type { RedisSettings } from './settings.ts';

/** To be raised with every change of what the caches hold. */
const SCHEMA_VERSION = 1;
/** A request waits no longer for other instances to be told of what it wrote. */
const INVALIDATE_TIMEOUT_MS = 200;
/** Who waits for a load of an instance that has gone waits so long. */
const LEASE_MS = 1_000;
const CONNECT_TIMEOUT_MS = 5_000;

/** Where the caches of the service meet those of its other instances. */
export interface SharedTiers {
  /** Where other things are counted for all instances; undefined: there is no Redis. */
  readonly counts: SharedCounts | undefined;
  /**
   * A tier for one cache; undefined: memory alone.
   * @param maxStalenessMs while Redis is away, what was loaded longer ago is loaded anew
   */
  tier(maxStalenessMs: number): SharedTier | undefined;
  close(): Promise<void>;
}

/** Memory alone. */
const NO_TIERS: SharedTiers = { counts: undefined, tier: () => undefined, close: async () => {} };

/** What {@link openSharedTiers} takes beside the settings. */
export interface SharedTierOptions {
  readonly clock: Clock;
  /** Longest wait for one answer about a value, in milliseconds; default that of the library. */
  readonly timeoutMs?: number | undefined;
  /** Told when Redis is not there at the start. */
  readonly say: (line: string) => void;
}

/** The caches of all instances in one Redis. Never waits for it. */
export async function openSharedTiers(
  settings: RedisSettings | undefined,
  options: SharedTierOptions,
): Promise<SharedTiers> {
  if (settings === undefined) return NO_TIERS;
  const { url, namespace: prefix } = settings;
  const { clock, timeoutMs, say } = options;
  // Hundreds of modules, which a service without Redis does not need.
  const { createClient } = await import('@redis/client');
  const driver = createNodeRedisDriver({ client: createClient({ url }), clock });
  const codec = createValueCodec({ schemaVersion: SCHEMA_VERSION });
  tellWhenAway(driver, say);
  return {
    counts: { driver, namespace: prefix, ...(timeoutMs !== undefined && { timeoutMs }) },
    tier(maxStalenessMs) {
      const bounds = { maxStalenessMs, invalidateTimeoutMs: INVALIDATE_TIMEOUT_MS, leaseMs: LEASE_MS };
      const tier = createRedisTier({ driver, codec, ...bounds, ...(timeoutMs !== undefined && { timeoutMs }) });
      return {
        ...tier,
        open: ({ namespace, ...needs }) => tier.open({ ...needs, namespace: `${prefix}.${namespace}` }),
      };
    },
    close: () => driver.close(),
  };
}

function tellWhenAway(driver: RedisDriver, say: (line: string) => void): void {
  driver.connected({ timeoutMs: CONNECT_TIMEOUT_MS }).catch((error: Error & { code?: string }) => {
    if (error.code !== 'MILLRACE_REDIS_CLOSED')
      say(`${error.message}; until it is there the caches are in memory alone`);
  });
}
