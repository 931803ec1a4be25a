import { type RedisNode, startOwnRedis } from '@millrace/scripts/services';

/** A server of its own. @throws when none is installed, with the reason that a row gives */
export async function startRedis(): Promise<RedisNode> {
  const redis = await startOwnRedis();
  if (redis === undefined) throw new Error('no redis-server or valkey-server on the PATH');
  return redis;
}
