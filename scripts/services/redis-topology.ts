import { setTimeout as sleep } from 'node:timers/promises';
import { SERVICE_ERRORS } from './errors.ts';
import { reasonOf } from './reason.ts';
import { type RedisNode, type RedisNodeOptions, startRedisNode } from './redis-node.ts';
import { findRedisProgram } from './redis-program.ts';

/** Options of `startRedisSentinel` and `startRedisCluster`. */
export interface RedisTopologyOptions {
  /** How long all of it may take to be ready, in milliseconds. Default 30 000. */
  readonly startTimeoutMs?: number;
}

const POLL_MS = 50;

/** Servers that start and end together. */
export class RedisNodes implements AsyncDisposable {
  readonly #ends = new AsyncDisposableStack();
  readonly #program: string;
  readonly #startTimeoutMs: number;

  constructor(program: string, startTimeoutMs: number) {
    this.#program = program;
    this.#startTimeoutMs = startTimeoutMs;
  }

  /** Starts some at once; when one fails, those that started end with the rest. */
  async start(count: number, options: Omit<RedisNodeOptions, 'program' | 'startTimeoutMs'>): Promise<RedisNode[]> {
    const how = { ...options, program: this.#program, startTimeoutMs: this.#startTimeoutMs };
    const started = await Promise.allSettled(Array.from({ length: count }, () => startRedisNode(how)));
    for (const outcome of started) if (outcome.status === 'fulfilled') this.#ends.use(outcome.value);
    return started.map((outcome) => {
      if (outcome.status === 'rejected') throw outcome.reason;
      return outcome.value;
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#ends.disposeAsync();
  }
}

/** Builds something of several servers; undefined when no server is installed. What fails leaves nothing. */
export async function buildTopology<T>(
  options: RedisTopologyOptions,
  build: (nodes: RedisNodes, deadline: number) => Promise<T>,
): Promise<T | undefined> {
  const { startTimeoutMs = 30_000 } = options;
  const program = await findRedisProgram(process.env.PATH ?? '');
  if (program === undefined) return undefined;
  const nodes = new RedisNodes(program, startTimeoutMs);
  try {
    return await build(nodes, performance.now() + startTimeoutMs);
  } catch (error) {
    await nodes[Symbol.asyncDispose]();
    throw error;
  }
}

/** Asks until the answer holds. */
export async function until(what: string, deadline: number, holds: () => Promise<boolean>): Promise<void> {
  for (let last = ''; ; await sleep(POLL_MS)) {
    const held = await holds().catch((error: unknown) => {
      last = reasonOf(error);
      return false;
    });
    if (held) return;
    if (performance.now() < deadline) continue;
    const context = { service: 'Redis', reason: `${what} ${last}`.trim() };
    throw SERVICE_ERRORS.create('MILLRACE_SERVICES_START_FAILED', context);
  }
}
