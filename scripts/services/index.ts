/** Real servers for tests and for the main job. @module */
export type { DatabaseOptions } from './databases.ts';
export { type PostgresOptions, type PostgresServer, startPostgres } from './postgres.ts';
