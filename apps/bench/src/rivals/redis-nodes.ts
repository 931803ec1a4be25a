import { createClient } from '@redis/client';
import { BentoCache, bentostore } from 'bentocache';
import { memoryDriver } from 'bentocache/drivers/memory';
import { redisBusDriver, redisDriver } from 'bentocache/drivers/redis';
import { createCache, createRedisTier, createValueCodec } from 'millrace/cache';
import { createNodeRedisDriver } from 'millrace/redis';

/** A cache as one process has it, with memory of its own and a Redis that others use too. */
export interface SharingCache extends AsyncDisposable {
  read(key: string, load: () => Promise<number>): Promise<number>;
  /** The row has changed: no process is to give the old one. */
  changed(key: string, row: number): Promise<unknown>;
  /** Whether what others invalidate is heard, as far as it can tell. */
  hears(): boolean;
}

/** Opens a cache on the Redis of `url`, from which it hears over the Redis of `busUrl`: the same one, by another way. */
export type OpenSharing = (url: string, busUrl: string) => Promise<SharingCache>;

const TTL_MS = 600_000;

export const openMillrace: OpenSharing = async (_url, busUrl) => {
  const driver = createNodeRedisDriver({ client: createClient({ url: busUrl }) });
  await driver.connected({ timeoutMs: 5_000 });
  const shared = createRedisTier({ driver, codec: createValueCodec({ schemaVersion: 1 }), timeoutMs: 1_000 });
  const cache = createCache({ name: 'rivals', ttlMs: TTL_MS, shared });
  return {
    read: async (key, load) => cache.getOrSet(key, load),
    changed: (key, row) => cache.set(key, row),
    hears: () => cache.stats().shared === 'used',
    async [Symbol.asyncDispose]() {
      await cache.close();
      await driver.close();
    },
  };
};

export const openBentocache: OpenSharing = async (url, busUrl) => {
  const store = bentostore()
    .useL1Layer(memoryDriver({}))
    .useL2Layer(redisDriver({ connection: connectionTo(url) }))
    .useBus(redisBusDriver({ connection: { ...connectionTo(busUrl), retryStrategy: () => 20 } }));
  const cache = new BentoCache({ default: 'shared', stores: { shared: store }, ttl: TTL_MS });
  return {
    read: (key, load) => cache.getOrSet({ key, factory: load }),
    changed: (key, row) => cache.set({ key, value: row }),
    hears: () => true,
    [Symbol.asyncDispose]: () => cache.disconnectAll(),
  };
};

/** What ioredis takes in place of a URL. */
function connectionTo(url: string): { host: string; port: number; username: string; password: string } {
  const { hostname, port, username, password } = new URL(url);
  return { host: hostname, port: Number(port), username, password };
}
