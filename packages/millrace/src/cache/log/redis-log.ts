import { randomBytes } from 'node:crypto';
import { REDIS_ERRORS, type RedisDriver, type RedisReply, type RedisWord } from '../../redis/index.ts';
import { fromKeyBytes, toKeyBytes } from '../cache-key.ts';
import type { SchemaVersions } from '../schema-versions.ts';
import { APPEND, STATE } from './log-scripts.ts';
import type { AppendedState, LogEntry, LogRead, LogSource, LogState, PlacedEntry, TagPosition } from './log-source.ts';

/** What {@link createRedisLog} takes. */
export interface RedisLogOptions {
  readonly driver: RedisDriver;
  readonly namespace: string;
  /** Longest wait for an entry before the reader makes sure again that nothing is missing. */
  readonly waitMs: number;
  /** Longest wait for any answer beyond that. */
  readonly timeoutMs: number;
  /** Most entries and most tags that the log keeps. */
  readonly maxEntries: number;
  /** Whose values must go before an entry that names their key. */
  readonly versions: SchemaVersions;
}

const READ_COUNT = 1_000;
const LOST_TO_ANOTHER = { command: 'EVALSHA', reason: 'another server answers' };
const KINDS = { key: 'k', tag: 't', all: 'a' } as const;

/**
 * The log in Redis: a stream, a sorted set of the last position by tag, and a hash that says what must be there, all
 * three in the slot of the namespace. Redis may lose any of them: to eviction, to a flush, to a failover. Each loss is
 * found, and costs trust in what is older, never an old answer.
 */
export function createRedisLog(options: RedisLogOptions): LogSource {
  return new RedisLog(options);
}

class RedisLog implements LogSource {
  readonly waitMs: number;
  readonly #driver: RedisDriver;
  readonly #keys: readonly [meta: string, log: string, tags: string];
  readonly #timeoutMs: number;
  readonly #maxEntries: string;
  readonly #versions: SchemaVersions;
  /** Reads wait, so they have connections of their own. */
  #reader: RedisDriver | undefined;
  /** What `open` found: the epoch, and the connection over which it did. */
  #opened: { readonly epoch: string; readonly session: number } | undefined;
  /** Says of an entry who appended it. */
  readonly #name: string = randomBytes(9).toString('base64url');
  #closed = false;

  constructor({ driver, namespace, waitMs, timeoutMs, maxEntries, versions }: RedisLogOptions) {
    this.waitMs = waitMs;
    this.#driver = driver;
    this.#timeoutMs = timeoutMs;
    this.#maxEntries = String(maxEntries);
    this.#versions = versions;
    this.#keys = [`mr:{${namespace}}:meta`, `mr:{${namespace}}:log`, `mr:{${namespace}}:tags`];
  }

  get valuesApart(): boolean {
    return this.#driver.clustered;
  }

  async open(): Promise<LogState> {
    await this.#reader?.close();
    if (this.#closed) throw closed();
    const reader = this.#driver.duplicate();
    this.#reader = reader;
    await reader.connected({ timeoutMs: this.#timeoutMs });
    const { session } = reader;
    const [state, values] = await Promise.all([this.state(), this.#stateOver(this.#driver)]);
    // While a primary gives way, the two may have found two servers: values of one are not told of by the other.
    if (values.epoch !== state.epoch) throw REDIS_ERRORS.create('MILLRACE_REDIS_LOST', LOST_TO_ANOTHER);
    this.#opened = { epoch: state.epoch, session };
    return state;
  }

  async state(): Promise<LogState> {
    return await this.#stateOver(this.#openReader());
  }

  session(): number {
    return this.#driver.session;
  }

  async read(position: number): Promise<LogRead> {
    const reader = this.#openReader();
    const { session } = reader;
    // Another connection may be one to another server, which has not heard all that this one had.
    if (session !== this.#opened?.session) throw REDIS_ERRORS.create('MILLRACE_REDIS_LOST', { command: 'XREAD' });
    const [meta, log] = this.#keys;
    const limit = { timeoutMs: this.waitMs + this.#timeoutMs };
    const words = ['XREAD', 'COUNT', String(READ_COUNT), 'BLOCK', String(this.waitMs), 'STREAMS', log, `${position}-0`];
    // On one connection, so the second answer was made after the first.
    const [streams, now] = await Promise.all([
      reader.command(log, words, limit),
      reader.command(meta, ['HMGET', meta, 'gen', 'on', 'pos'], limit),
    ]);
    const entries = this.#toEntries(streams);
    const [generation, replication, last] = now as readonly (Buffer | null)[];
    return {
      entries,
      more: entries.length === READ_COUNT,
      position: Number(last),
      sameHistory: `${generation}.${replication}` === this.#opened.epoch && reader.session === session,
    };
  }

  async tagsAfter(position: number, limit: number): Promise<readonly TagPosition[]> {
    const reader = this.#openReader();
    const tags = this.#keys[2];
    const words = ['ZRANGE', tags, `(${position}`, '+inf', 'BYSCORE', 'LIMIT', '0', String(limit), 'WITHSCORES'];
    const flat = (await reader.command(tags, words, { timeoutMs: this.#timeoutMs })) as readonly Buffer[];
    const found: TagPosition[] = [];
    for (let at = 0; at + 1 < flat.length; at += 2) found.push([fromKeyBytes(flat[at]!), Number(flat[at + 1])]);
    return found;
  }

  async append(entries: readonly LogEntry[]): Promise<AppendedState> {
    const about = [newGeneration(), `v${this.#versions.own}`, this.#maxEntries, this.#name];
    const words = [...about, ...entries.flatMap((entry) => [KINDS[entry.kind], nameOf(entry)])];
    const reply = await this.#driver.evaluate(APPEND, this.#keys, words, { timeoutMs: this.#timeoutMs });
    const { state, versions } = toState(reply);
    return { ...state, incomplete: this.#versions.learn(versions) };
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#reader?.close();
  }

  async #stateOver(driver: RedisDriver): Promise<LogState> {
    const words = [newGeneration(), `v${this.#versions.own}`];
    const reply = await driver.evaluate(STATE, this.#keys, words, { timeoutMs: this.#timeoutMs });
    const { state, versions } = toState(reply);
    this.#versions.learn(versions);
    return state;
  }

  #openReader(): RedisDriver {
    if (this.#reader === undefined || this.#closed) throw closed();
    return this.#reader;
  }

  /** `[[stream, [[id, [kind, name, `by`, who]], …]]]`, or null. */
  #toEntries(streams: RedisReply): PlacedEntry[] {
    if (streams === null) return [];
    const [[, rows]] = streams as unknown as [[Buffer, [Buffer, Buffer[]][]]];
    return rows.map(([id, [kind, name, , by]]) => {
      const position = Number.parseInt(String(id), 10);
      return { position, entry: toEntry(String(kind), fromKeyBytes(name!)), own: String(by) === this.#name };
    });
  }
}

function newGeneration(): string {
  return randomBytes(9).toString('base64url');
}

function toState(reply: RedisReply): { readonly state: LogState; readonly versions: readonly number[] } {
  const [epoch, position, horizon, ...versions] = reply as readonly [Buffer, number, number, ...Buffer[]];
  return {
    state: { epoch: String(epoch), position, horizon },
    versions: versions.map((version) => Number(String(version).slice(1))),
  };
}

function nameOf(entry: LogEntry): RedisWord {
  return entry.kind === 'all' ? '' : toKeyBytes(entry.name);
}

/** A kind from a newer version of this library may mean anything, so it means everything. */
function toEntry(kind: string, name: string): LogEntry {
  if (kind === KINDS.key) return { kind: 'key', name };
  if (kind === KINDS.tag) return { kind: 'tag', name };
  return { kind: 'all' };
}

function closed(): Error {
  return REDIS_ERRORS.create('MILLRACE_REDIS_CLOSED');
}
