import type { RedisCluster, RedisSentinel } from '@millrace/scripts/services';
import { createClient, createCluster, createSentinel } from '@redis/client';
import { Cluster, Redis } from 'ioredis';
import { createIoredisDriver, createNodeRedisDriver, type RedisDriver } from 'millrace/redis';

const HOST = '127.0.0.1';

/** A driver by each client, for one server. */
export const STANDALONE: Readonly<Record<string, (url: string) => RedisDriver>> = {
  'node-redis': (url) => createNodeRedisDriver({ client: createClient({ url }) }),
  ioredis: (url) => createIoredisDriver({ client: new Redis(url, { lazyConnect: true }) }),
};

/** A driver by each client, for what Sentinels watch. */
export const SENTINEL: Readonly<Record<string, (topology: RedisSentinel) => RedisDriver>> = {
  'node-redis': ({ name, password, sentinels }) =>
    createNodeRedisDriver({
      client: createSentinel({
        name,
        sentinelRootNodes: sentinels.map(({ port }) => ({ host: HOST, port })),
        sentinelClientOptions: { password },
        nodeClientOptions: { password },
      }),
    }),
  ioredis: ({ name, password, sentinels }) =>
    createIoredisDriver({
      client: new Redis({
        name,
        sentinels: sentinels.map(({ port }) => ({ host: HOST, port })),
        password,
        sentinelPassword: password,
        lazyConnect: true,
      }),
    }),
};

/** A driver by each client, for a Cluster. */
export const CLUSTER: Readonly<Record<string, (cluster: RedisCluster) => RedisDriver>> = {
  'node-redis': ({ password, primaries }) =>
    createNodeRedisDriver({
      client: createCluster({
        rootNodes: primaries.map(({ port }) => ({ socket: { host: HOST, port } })),
        defaults: { password },
      }),
    }),
  ioredis: ({ password, primaries }) =>
    createIoredisDriver({
      client: new Cluster(
        primaries.map(({ port }) => ({ host: HOST, port })),
        { redisOptions: { password }, lazyConnect: true },
      ),
    }),
};
