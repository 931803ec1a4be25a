/** Real servers for tests and for the main job. @module */
export type { DatabaseOptions } from './databases.ts';
export { type PostgresOptions, startPostgres } from './postgres.ts';
export type { PostgresServer } from './postgres-server.ts';
export { type RedisOptions, type RedisServer, startRedis } from './redis.ts';
