import { SERVICE_ERRORS } from './errors.ts';
import { reasonOf } from './reason.ts';
import { redisVersion } from './redis-info.ts';
import { installRedis } from './redis-install.ts';
import { startRedisNode } from './redis-node.ts';
import { findRedisProgram } from './redis-program.ts';

const ANSWER_TIMEOUT_MS = 5_000;

/** A Redis server. */
export interface RedisServer extends AsyncDisposable {
  /** `redis://user:password@host:port`, for every client. */
  readonly url: string;
  /** The server's version, such as `7.0.15`. */
  readonly version: string;
  /** Stops a server that was started here and removes its folder; leaves the one of `REDIS_URL` alone. */
  close(): Promise<void>;
}

/** Options of `startRedis`. */
export interface RedisOptions {
  /** Whether a missing server may be installed with the system's package manager. Default false; tests and CI say true. */
  readonly mayInstall?: boolean;
  /** Takes one line about what was started, or what to install. Default: silent. */
  readonly say?: (line: string) => void;
  /** How long a started server may take to answer, in milliseconds. Default 20 000. */
  readonly startTimeoutMs?: number;
  /** Where `REDIS_URL` and `PATH` are looked up. Default `process.env`. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

/**
 * A real Redis: the server of `REDIS_URL`, else a `redis-server` or `valkey-server` of the PATH on a port of its own, which
 * keeps nothing on disk and ends with this process, else `undefined` and one line that says what to install.
 * @throws MILLRACE_SERVICES_URL_INVALID, MILLRACE_SERVICES_UNREACHABLE, MILLRACE_SERVICES_START_FAILED
 * @example
 * await using redis = await startRedis({ say: console.log });
 * const cacheUrl = redis?.url;
 */
export async function startRedis(options: RedisOptions = {}): Promise<RedisServer | undefined> {
  const { mayInstall = false, say = () => {}, startTimeoutMs = 20_000, environment = process.env } = options;
  if (environment.REDIS_URL) return attachRedis(environment.REDIS_URL);
  const path = environment.PATH ?? '';
  const program =
    (await findRedisProgram(path)) ??
    (mayInstall && (await installRedis(say)) ? await findRedisProgram(path) : undefined);
  if (program === undefined) {
    say(
      'no Redis: install redis-server or valkey-server, or set REDIS_URL; until then everything runs on memory alone',
    );
    return undefined;
  }
  const server = await startRedisNode({ program, startTimeoutMs });
  say(`Redis ${server.version} on ${new URL(server.url).host}`);
  return server;
}

async function attachRedis(url: string): Promise<RedisServer> {
  const parsed = URL.parse(url);
  if (parsed === null || !/^rediss?:$/.test(parsed.protocol)) {
    const context = { variable: 'REDIS_URL', scheme: 'Redis', example: 'redis://user:password@host:6379' };
    throw SERVICE_ERRORS.create('MILLRACE_SERVICES_URL_INVALID', context);
  }
  try {
    const version = await redisVersion(parsed, ANSWER_TIMEOUT_MS);
    return { url, version, close: async () => {}, [Symbol.asyncDispose]: async () => {} };
  } catch (error) {
    const context = { variable: 'REDIS_URL', reason: reasonOf(error) };
    throw SERVICE_ERRORS.create('MILLRACE_SERVICES_UNREACHABLE', context, error);
  }
}
