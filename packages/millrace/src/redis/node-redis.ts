import type { CommandConnection, ConnectionReport, RedisConnector, SubscriberConnection } from './connection.ts';
import type { RedisDriver } from './driver.ts';
import { createDriver, type RedisDriverOptions } from './kept-driver.ts';
import { kindOfClient, type NodeRedisClient } from './node-redis-client.ts';
import { NodeRedisCommands } from './node-redis-commands.ts';
import { NodeRedisSubscriber } from './node-redis-subscriber.ts';

/** Options of {@link createNodeRedisDriver}. */
export interface NodeRedisDriverOptions extends RedisDriverOptions {
  /** A client of the service: `createClient`, `createCluster` or `createSentinel`. It need not be connected. */
  readonly client: NodeRedisClient;
}

/**
 * A driver over node-redis (`redis` or `@redis/client`, 5 or 6). It uses `client` as a pattern for connections of its
 * own, which queue nothing while Redis is away; the client itself is neither connected nor closed. Keys are sent as they
 * are given: a `keyPrefix` of the client does not count.
 * @throws MILLRACE_REDIS_OPTION_INVALID, MILLRACE_CORE_OPTION_UNKNOWN
 * @example
 * import { createClient } from 'redis';
 * const driver = createNodeRedisDriver({ client: createClient({ url: process.env.REDIS_URL }) });
 * await driver.connected();
 */
export function createNodeRedisDriver(options: NodeRedisDriverOptions): RedisDriver {
  const { client, ...rest } = options;
  return createDriver(new NodeRedisConnector(client), rest);
}

class NodeRedisConnector implements RedisConnector {
  readonly clustered: boolean;
  readonly #pattern: NodeRedisClient;

  constructor(pattern: NodeRedisClient) {
    this.clustered = kindOfClient(pattern) === 'cluster';
    this.#pattern = pattern;
  }

  openCommands(report: ConnectionReport): CommandConnection {
    return new NodeRedisCommands(this.#pattern, report);
  }

  openSubscriber(report: ConnectionReport): SubscriberConnection {
    return new NodeRedisSubscriber(this.#pattern, report);
  }
}
