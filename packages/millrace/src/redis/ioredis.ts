import type { RedisDriver } from './driver.ts';
import type { IoredisClient } from './ioredis-client.ts';
import { IoredisConnector } from './ioredis-connector.ts';
import { createDriver, type RedisDriverOptions } from './kept-driver.ts';

/** Options of {@link createIoredisDriver}. */
export interface IoredisDriverOptions extends RedisDriverOptions {
  /** A client of the service: `new Redis(…)` or `new Cluster(…)`. It need not be connected. */
  readonly client: IoredisClient;
}

/**
 * A driver over ioredis (5 or 6; iovalkey has the same interface). It uses `client` as a pattern for connections of its
 * own, which queue nothing while Redis is away; the client itself is neither connected nor closed. Keys are sent as they
 * are given: a `keyPrefix` of the client does not count.
 * @throws MILLRACE_REDIS_OPTION_INVALID, MILLRACE_CORE_OPTION_UNKNOWN
 * @example
 * import { Redis } from 'ioredis';
 * const driver = createIoredisDriver({ client: new Redis(process.env.REDIS_URL, { lazyConnect: true }) });
 * await driver.connected();
 */
export function createIoredisDriver(options: IoredisDriverOptions): RedisDriver {
  const { client, ...rest } = options;
  return createDriver(new IoredisConnector(client), rest);
}
