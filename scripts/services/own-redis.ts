import { type RedisNode, startRedisNode } from './redis-node.ts';
import { findRedisProgram } from './redis-program.ts';

/** Options of `startOwnRedis`. */
export interface OwnRedisOptions {
  /** Lines of its configuration, beside those that every server here has. */
  readonly settings?: readonly string[];
  /** How long it may take to answer, in milliseconds. Default 20,000. */
  readonly startTimeoutMs?: number;
}

/**
 * Starts a server to which anything may be done, whatever `REDIS_URL` says; undefined when none is installed.
 * @throws MILLRACE_SERVICES_START_FAILED, MILLRACE_SERVICES_START_TIMEOUT
 * @example
 * await using redis = await startOwnRedis({ settings: ['maxmemory-policy allkeys-lru'] });
 * await redis?.kill();
 */
export async function startOwnRedis(options: OwnRedisOptions = {}): Promise<RedisNode | undefined> {
  const { settings = [], startTimeoutMs = 20_000 } = options;
  const program = await findRedisProgram(process.env.PATH ?? '');
  return program === undefined ? undefined : startRedisNode({ program, startTimeoutMs, settings: () => settings });
}
