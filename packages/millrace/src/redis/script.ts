import { createHash } from 'node:crypto';

/** A Lua script, and the name under which Redis keeps it. */
export interface RedisScript {
  readonly source: string;
  readonly sha1: string;
}

/**
 * Declares a script. Pure configuration.
 * @example
 * const touch = defineRedisScript(`return redis.call('PEXPIRE', KEYS[1], ARGV[1])`);
 */
export function defineRedisScript(source: string): RedisScript {
  return { source, sha1: createHash('sha1').update(source).digest('hex') };
}
