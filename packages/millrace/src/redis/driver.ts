import type { RedisReply, RedisWord } from './connection.ts';
import type { RedisScript } from './script.ts';

/** How long one command may take. */
export interface CommandOptions {
  /** In place of the driver's `commandTimeoutMs`. */
  readonly timeoutMs?: number;
}

/**
 * Redis as the features of Millrace see it: standalone, behind Sentinel, or a Cluster, through whichever client the
 * service has. Commands never wait for a connection: while there is none they reject with `MILLRACE_REDIS_NOT_READY` at
 * once, and the driver connects again by itself. Every command settles by its time limit; an answer that comes later is
 * dropped. A command is never sent twice.
 *
 * Rejects with `MILLRACE_REDIS_NOT_READY`, `MILLRACE_REDIS_TIMEOUT`, `MILLRACE_REDIS_LOST` (sent, outcome unknown),
 * `MILLRACE_REDIS_REFUSED` (an error reply), `MILLRACE_REDIS_CLOSED`.
 */
export interface RedisDriver extends AsyncDisposable {
  /** Whether a command that is given now is sent now. */
  readonly ready: boolean;
  /** Whether keys are spread over several nodes. */
  readonly clustered: boolean;
  /**
   * Another number whenever a connection was made anew: what was read before and what is read after may come from two
   * servers, of which the second has not heard everything that the first had.
   */
  readonly session: number;
  /** Waits for the first connection; rejects with `MILLRACE_REDIS_NOT_READY` when there is none in time. */
  connected(options?: CommandOptions): Promise<void>;
  /** Sends any command to the primary that owns `key`. */
  command(key: string, words: readonly RedisWord[], options?: CommandOptions): Promise<RedisReply>;
  /** The bytes at `key`; null when there is nothing. */
  get(key: string, options?: CommandOptions): Promise<Buffer | null>;
  /** The bytes at each of `keys`, in their order: in one command, or in a Cluster in one round of commands. */
  getMany(keys: readonly string[], options?: CommandOptions): Promise<readonly (Buffer | null)[]>;
  /** Stores bytes for `ttlMs` milliseconds (a whole number from 1 up). */
  set(key: string, value: Buffer, ttlMs: number, options?: CommandOptions): Promise<void>;
  /** Removes keys without making the server wait for their memory; answers how many there were. */
  unlink(keys: readonly string[], options?: CommandOptions): Promise<number>;
  /** Runs a script on the primary that owns the first key; all keys must share its slot. */
  evaluate(
    script: RedisScript,
    keys: readonly [string, ...string[]],
    words: readonly RedisWord[],
    options?: CommandOptions,
  ): Promise<RedisReply>;
  /**
   * All keys that match a glob `pattern`, in batches, from every primary, by SCAN: each key that is there throughout
   * comes at least once. A batch may be empty, so that whoever takes them can stop at any step. For administration; its
   * cost is the size of the database.
   */
  scan(pattern: string, options?: CommandOptions): AsyncIterable<readonly string[]>;
  /**
   * Hears what is published in `channel` until the driver is closed, also after a lost connection; what was published in
   * between is lost. Resolves when the server has confirmed. When it rejects, nothing listens.
   */
  subscribe(channel: string, listen: (message: string) => void, options?: CommandOptions): Promise<void>;
  /** A driver for the same Redis over connections of its own, for commands that block. Not yet connected. */
  duplicate(): RedisDriver;
  /** Ends its connections; commands under way reject. The client that it was made with stays as it is. */
  close(): Promise<void>;
}
