/** Real servers for tests and for the main job. @module */
export type { DatabaseOptions } from './databases.ts';
export { type Cleanup, createTestDatabase, type TestTemplate, testPostgres, testRedis } from './file-services.ts';
export { freePort } from './free-port.ts';
export { type OwnRedisOptions, startOwnRedis } from './own-redis.ts';
export { type PostgresOptions, startPostgres } from './postgres.ts';
export type { PostgresPower, PostgresServer } from './postgres-server.ts';
export { type RedisOptions, type RedisServer, startRedis } from './redis.ts';
export { type RedisCluster, startRedisCluster } from './redis-cluster.ts';
export type { RedisNode } from './redis-node.ts';
export { findRedisProgram } from './redis-program.ts';
export { type RedisSentinel, startRedisSentinel } from './redis-sentinel.ts';
export type { RedisTopologyOptions } from './redis-topology.ts';
export { startTestServices, type TestServices, type TestServicesOptions } from './run-services.ts';
