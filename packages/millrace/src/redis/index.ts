/** One Redis for all features: standalone, Sentinel or Cluster, through node-redis or ioredis. @module */
export type { RedisReply, RedisWord } from './connection.ts';
export type { CommandOptions, RedisDriver } from './driver.ts';
export { REDIS_ERRORS, type RedisErrorCode } from './errors.ts';
export { createIoredisDriver, type IoredisDriverOptions } from './ioredis.ts';
export type { IoredisClient } from './ioredis-client.ts';
export type { RedisDriverOptions } from './kept-driver.ts';
export { createNodeRedisDriver, type NodeRedisDriverOptions } from './node-redis.ts';
export type { NodeRedisClient } from './node-redis-client.ts';
export { defineRedisScript, type RedisScript } from './script.ts';
