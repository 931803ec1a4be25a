import { randomBytes } from 'node:crypto';
import { access, constants, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { createDeadline } from 'millrace/core';
import { SERVICE_ERRORS } from './errors.ts';
import { firstAnswer } from './first-answer.ts';
import { freePort } from './free-port.ts';
import { GuardedService } from './guard.ts';
import { reasonOf } from './reason.ts';
import { redisVersion } from './redis-info.ts';
import { installRedis } from './redis-install.ts';

const ANSWER_TIMEOUT_MS = 5_000;
const READY_POLL_MS = 10;
const PORT_ATTEMPTS = 5;
const PROGRAMS = ['redis-server', 'valkey-server'] as const;
const SCRIPT = 'serve "$PROGRAM" "$FOLDER/redis.conf"';

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
    (await findProgram(path)) ?? (mayInstall && (await installRedis(say)) ? await findProgram(path) : undefined);
  if (program === undefined) {
    say(
      'no Redis: install redis-server or valkey-server, or set REDIS_URL; until then everything runs on memory alone',
    );
    return undefined;
  }
  const server = await startOwnRedis(program, startTimeoutMs);
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

async function findProgram(path: string): Promise<string | undefined> {
  for (const folder of path.split(delimiter)) {
    for (const name of PROGRAMS) {
      const program = join(folder, name);
      const runs = await access(program, constants.X_OK).then(
        () => true,
        () => false,
      );
      if (folder !== '' && runs) return program;
    }
  }
  return undefined;
}

/** Nobody can reserve a port for somebody else, so a lost race for one is answered with another. */
async function startOwnRedis(program: string, startTimeoutMs: number): Promise<RedisServer> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await startOnPort(program, await freePort(), startTimeoutMs);
    } catch (error) {
      if (attempt === PORT_ATTEMPTS || !/address already in use/i.test(reasonOf(error))) throw error;
    }
  }
}

async function startOnPort(program: string, port: number, startTimeoutMs: number): Promise<RedisServer> {
  using deadline = createDeadline(startTimeoutMs);
  const service = await GuardedService.create({
    service: 'redis',
    script: SCRIPT,
    scriptArguments: () => [],
    stopSignal: 'TERM',
  });
  try {
    const password = randomBytes(24).toString('hex');
    const url = new URL(`redis://default:${password}@127.0.0.1:${port}`);
    await writeFile(join(service.folder, 'redis.conf'), configuration(service.folder, port, password), { mode: 0o600 });
    service.run(program);
    const version = await answers(service, url, deadline.signal);
    const close = (): Promise<void> => service.close();
    return { url: url.href, version, close, [Symbol.asyncDispose]: close };
  } catch (error) {
    await service.close();
    throw error;
  }
}

/** Loopback only, behind a password that is in no argument list, and nothing on disk. */
function configuration(folder: string, port: number, password: string): string {
  const settings = {
    bind: '127.0.0.1',
    port: String(port),
    requirepass: password,
    dir: `"${folder}"`,
    save: '""',
    appendonly: 'no',
    daemonize: 'no',
  };
  return Object.entries(settings)
    .map((setting) => `${setting.join(' ')}\n`)
    .join('');
}

async function answers(running: GuardedService, url: URL, signal: AbortSignal): Promise<string> {
  const ask = (): Promise<string> =>
    redisVersion(url, ANSWER_TIMEOUT_MS).catch((error: unknown) => {
      const context = { service: 'Redis', reason: reasonOf(error) };
      throw SERVICE_ERRORS.create('MILLRACE_SERVICES_START_FAILED', context, error);
    });
  return await firstAnswer(running, { service: 'Redis', ask, pollMs: READY_POLL_MS }, signal);
}
