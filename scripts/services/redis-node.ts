import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createDeadline } from 'millrace/core';
import { SERVICE_ERRORS } from './errors.ts';
import { firstAnswer } from './first-answer.ts';
import { freePort } from './free-port.ts';
import { GuardedService } from './guard.ts';
import { reasonOf } from './reason.ts';
import { redisVersion } from './redis-info.ts';

const ANSWER_TIMEOUT_MS = 5_000;
const READY_POLL_MS = 10;
const PORT_ATTEMPTS = 5;
const SCRIPT = 'serve "$PROGRAM" "$FOLDER/redis.conf" "$@"';

/** How to start one server. */
export interface RedisNodeOptions {
  /** Path of the server. */
  readonly program: string;
  readonly startTimeoutMs: number;
  /** The password of the default user; default a new one. */
  readonly password?: string;
  /** Lines of the configuration beside those that every server has. */
  readonly settings?: () => readonly string[] | Promise<readonly string[]>;
  /** Whether it is a Sentinel. */
  readonly sentinel?: boolean;
}

/** One Redis server of ours: on a loopback port, behind a password, with nothing on disk but its configuration. */
export interface RedisNode extends AsyncDisposable {
  /** `redis://default:password@127.0.0.1:port` */
  readonly url: string;
  readonly port: number;
  readonly version: string;
  /** Ends it by SIGKILL; `start` brings it back on the same port, without its data. */
  kill(): Promise<void>;
  /** Starts it again after `kill`. */
  start(): Promise<void>;
  /** Ends it for good and removes its folder. Safe to call again. */
  close(): Promise<void>;
}

/**
 * Starts a server on a free port. Nobody can reserve a port for somebody else, so a lost race is answered with another.
 * @throws MILLRACE_SERVICES_START_FAILED, MILLRACE_SERVICES_START_TIMEOUT
 */
export async function startRedisNode(options: RedisNodeOptions): Promise<RedisNode> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await startOnPort(options, await freePort());
    } catch (error) {
      if (attempt === PORT_ATTEMPTS || !/address already in use/i.test(reasonOf(error))) throw error;
    }
  }
}

async function startOnPort(options: RedisNodeOptions, port: number): Promise<RedisNode> {
  const { program, startTimeoutMs, password = newPassword(), settings, sentinel = false } = options;
  using deadline = createDeadline(startTimeoutMs);
  const scriptArguments = (): string[] => (sentinel ? ['--sentinel'] : []);
  const service = await GuardedService.create({
    service: 'redis',
    script: SCRIPT,
    scriptArguments,
    stopSignal: 'TERM',
  });
  try {
    const own = sentinel ? [] : ['save ""', 'appendonly no'];
    const lines = [...common(service.folder, port, password), ...own, ...((await settings?.()) ?? [])];
    await writeFile(join(service.folder, 'redis.conf'), lines.map((line) => `${line}\n`).join(''), { mode: 0o600 });
    const url = new URL(`redis://default:${password}@127.0.0.1:${port}`);
    service.run(program);
    const version = await answers(service, url, deadline.signal);
    return new OwnNode(service, options, url, version);
  } catch (error) {
    await service.close();
    throw error;
  }
}

/** A password that is in no argument list. */
export function newPassword(): string {
  return randomBytes(24).toString('hex');
}

/** Loopback only, behind a password. */
function common(folder: string, port: number, password: string): string[] {
  return ['bind 127.0.0.1', `port ${port}`, `requirepass ${password}`, `dir "${folder}"`, 'daemonize no'];
}

class OwnNode implements RedisNode {
  readonly url: string;
  readonly port: number;
  readonly version: string;
  readonly #service: GuardedService;
  readonly #options: RedisNodeOptions;

  constructor(service: GuardedService, options: RedisNodeOptions, url: URL, version: string) {
    this.#service = service;
    this.#options = options;
    this.url = url.href;
    this.port = Number(url.port);
    this.version = version;
  }

  kill(): Promise<void> {
    return this.#service.stop('SIGKILL');
  }

  async start(): Promise<void> {
    using deadline = createDeadline(this.#options.startTimeoutMs);
    await this.#service.runAgain(SCRIPT, this.#options.program);
    await answers(this.#service, new URL(this.url), deadline.signal);
  }

  close(): Promise<void> {
    return this.#service.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

async function answers(running: GuardedService, url: URL, signal: AbortSignal): Promise<string> {
  const ask = (): Promise<string> =>
    redisVersion(url, ANSWER_TIMEOUT_MS).catch((error: unknown) => {
      const context = { service: 'Redis', reason: reasonOf(error) };
      throw SERVICE_ERRORS.create('MILLRACE_SERVICES_START_FAILED', context, error);
    });
  return await firstAnswer(running, { service: 'Redis', ask, pollMs: READY_POLL_MS }, signal);
}
