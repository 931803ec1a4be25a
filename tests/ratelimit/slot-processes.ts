import { type ChildProcess, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { defineRedisScript, type RedisDriver } from 'millrace/redis';

/** What one process is to do. */
export interface Working {
  readonly url: string;
  readonly name: string;
  /** Where those who work leave their mark. */
  readonly witness: string;
  readonly limit: number;
  readonly termMs: number;
  /** How many ask at once. */
  readonly lanes: number;
}

/** What came of it. */
export interface Worked {
  readonly given: number;
  readonly lost: number;
}

export const KEY = 'k';
const WAIT_MS = 10_000;

/** Says that somebody works, and counts how often they were more than may be. */
export const ENTER = defineRedisScript(`
redis.call('HSET', KEYS[1], ARGV[1], '1')
local others = redis.call('HLEN', KEYS[1]) - redis.call('HEXISTS', KEYS[1], 'over') - redis.call('HEXISTS', KEYS[1], 'most')
if others > tonumber(ARGV[2]) then redis.call('HINCRBY', KEYS[1], 'over', 1) end
if others > tonumber(redis.call('HGET', KEYS[1], 'most') or '0') then redis.call('HSET', KEYS[1], 'most', others) end
return others
`);
export const LEAVE = defineRedisScript(`return redis.call('HDEL', KEYS[1], ARGV[1])`);

/** Several processes that work by slots of one key, and what their witness has seen. */
export class SlotProcesses implements AsyncDisposable {
  readonly #driver: RedisDriver;
  readonly #working: Working;
  readonly #children = new Set<ChildProcess>();

  constructor(driver: RedisDriver, working: Omit<Working, 'name' | 'witness'>) {
    const name = `test-${randomBytes(6).toString('hex')}`;
    this.#driver = driver;
    this.#working = { ...working, name, witness: `slot-witness:${name}` };
  }

  get name(): string {
    return this.#working.name;
  }

  async start(): Promise<ChildProcess> {
    const child = fork(new URL('./slot-process.ts', import.meta.url), [JSON.stringify(this.#working)]);
    this.#children.add(child);
    await heard(child);
    return child;
  }

  /** Kills one at whatever it does; what it had marked it does no more. */
  async kill(child: ChildProcess): Promise<void> {
    this.#children.delete(child);
    const ended = once(child, 'exit', { signal: AbortSignal.timeout(WAIT_MS) });
    child.kill('SIGKILL');
    await ended;
    // What it had sent before is carried out by now.
    await sleep(20);
    const { witness } = this.#working;
    const marks = (await this.#driver.command(witness, ['HKEYS', witness])) as readonly Buffer[];
    const own = marks.map(String).filter((mark) => mark.startsWith(`${child.pid}:`));
    if (own.length > 0) await this.#driver.command(witness, ['HDEL', witness, ...own]);
  }

  async stop(child: ChildProcess): Promise<Worked> {
    const worked = heard(child);
    child.send('stop');
    return (await worked) as Worked;
  }

  /** How often more worked than may, and how many did at most. */
  async seen(): Promise<{ readonly over: number; readonly most: number }> {
    const { witness } = this.#working;
    const [over, most] = (await this.#driver.command(witness, ['HMGET', witness, 'over', 'most'])) as (Buffer | null)[];
    return { over: Number(over ?? 0), most: Number(most ?? 0) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const child of this.#children) child.kill('SIGKILL');
    await this.#driver.unlink([this.#working.witness]);
  }
}

/** What a process says next; it rejects when it says nothing in time, or ends first. */
async function heard(child: ChildProcess): Promise<unknown> {
  const over = new AbortController();
  const signal = AbortSignal.any([over.signal, AbortSignal.timeout(WAIT_MS)]);
  const exit = once(child, 'exit', { signal }).then(([code, by]) => {
    throw new Error(`the process ended (${code ?? by}) before it said anything`);
  });
  try {
    return await Promise.race([once(child, 'message', { signal }).then(([message]: unknown[]) => message), exit]);
  } finally {
    over.abort();
    await exit.catch(() => {});
  }
}
