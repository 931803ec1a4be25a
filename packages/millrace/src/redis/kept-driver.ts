import { type Clock, checkOptionNames, type OptionNames, systemClock } from '../core/index.ts';
import type { CommandConnection, RedisConnector, RedisReply, RedisWord } from './connection.ts';
import type { CommandOptions, RedisDriver } from './driver.ts';
import { REDIS_ERRORS } from './errors.ts';
import { KeptConnection } from './kept-connection.ts';
import {
  closedError,
  isFromReplica,
  isNoScript,
  isReply,
  notReadyError,
  timeoutError,
  toRedisError,
} from './link-error.ts';
import type { RedisScript } from './script.ts';
import { type Silence, Silences } from './silence.ts';
import { Subscriptions } from './subscriptions.ts';

/** What every driver takes beside its client. */
export interface RedisDriverOptions {
  /** Longest wait for the answer to one command, in milliseconds. 1 to 600,000; default 1,000. */
  readonly commandTimeoutMs?: number;
  /** Source of time; default the machine's. */
  readonly clock?: Clock;
}

const OPTIONS: OptionNames<RedisDriverOptions> = { commandTimeoutMs: true, clock: true };
const SCAN_COUNT = '500';

/** Makes a driver over any library. */
export function createDriver(connector: RedisConnector, options: RedisDriverOptions): RedisDriver {
  checkOptionNames('the Redis driver', options, OPTIONS);
  const timeoutMs = options.commandTimeoutMs ?? 1_000;
  if (!(Number.isInteger(timeoutMs) && timeoutMs >= 1 && timeoutMs <= 600_000)) {
    const context = {
      option: 'commandTimeoutMs',
      value: String(timeoutMs),
      allowed: 'a whole number from 1 to 600000',
    };
    throw REDIS_ERRORS.create('MILLRACE_REDIS_OPTION_INVALID', context);
  }
  return new KeptDriver(connector, timeoutMs, options.clock ?? systemClock);
}

class KeptDriver implements RedisDriver {
  readonly clustered: boolean;
  readonly #connector: RedisConnector;
  readonly #timeoutMs: number;
  readonly #clock: Clock;
  readonly #silences: Silences;
  readonly #kept: KeptConnection<CommandConnection>;
  #subscriptions: Subscriptions | undefined;
  #closed = false;

  constructor(connector: RedisConnector, timeoutMs: number, clock: Clock) {
    this.clustered = connector.clustered;
    this.#connector = connector;
    this.#timeoutMs = timeoutMs;
    this.#clock = clock;
    this.#silences = new Silences(clock);
    this.#kept = new KeptConnection(
      (report) => connector.openCommands(report),
      { clock },
      { look: () => this.#look() },
    );
  }

  get ready(): boolean {
    return this.#kept.ready;
  }

  get session(): number {
    return this.#kept.session;
  }

  async connected(options?: CommandOptions): Promise<void> {
    if (this.#closed) throw closedError();
    const late = (): Error => notReadyError('connect', this.#kept.reason);
    await this.#inTime('connect', options?.timeoutMs ?? this.#timeoutMs, this.#kept.connected, late);
  }

  command(key: string, words: readonly RedisWord[], options?: CommandOptions): Promise<RedisReply> {
    const timeoutMs = options?.timeoutMs ?? this.#timeoutMs;
    const start = (): Promise<RedisReply> => this.#kept.current.send(key, words, timeoutMs);
    return this.#send(String(words[0]), timeoutMs, start, key);
  }

  get(key: string, options?: CommandOptions): Promise<Buffer | null> {
    return this.command(key, ['GET', key], options) as Promise<Buffer | null>;
  }

  async getMany(keys: readonly string[], options?: CommandOptions): Promise<readonly (Buffer | null)[]> {
    const [first] = keys;
    if (first === undefined) return [];
    if (this.clustered) return Promise.all(keys.map((key) => this.get(key, options)));
    return (await this.command(first, ['MGET', ...keys], options)) as (Buffer | null)[];
  }

  async set(key: string, value: Buffer, ttlMs: number, options?: CommandOptions): Promise<void> {
    await this.command(key, ['SET', key, value, 'PX', String(ttlMs)], options);
  }

  async unlink(keys: readonly string[], options?: CommandOptions): Promise<number> {
    const groups = this.clustered ? keys.map((key) => [key]) : keys.length > 0 ? [keys] : [];
    const counts = await Promise.all(
      groups.map((group) => this.command(group[0] ?? '', ['UNLINK', ...group], options)),
    );
    return (counts as number[]).reduce((sum, count) => sum + count, 0);
  }

  async evaluate(
    script: RedisScript,
    keys: readonly [string, ...string[]],
    words: readonly RedisWord[],
    options?: CommandOptions,
  ): Promise<RedisReply> {
    const rest = [String(keys.length), ...keys, ...words];
    try {
      return await this.command(keys[0], ['EVALSHA', script.sha1, ...rest], options);
    } catch (error) {
      if (!isNoScript(error)) throw error;
      return this.command(keys[0], ['EVAL', script.source, ...rest], options);
    }
  }

  async *scan(pattern: string, options?: CommandOptions): AsyncIterable<readonly string[]> {
    const timeoutMs = options?.timeoutMs ?? this.#timeoutMs;
    const primaries = await this.#send('SCAN', timeoutMs, () => this.#kept.current.primaries());
    for (const send of primaries) {
      let cursor = '0';
      do {
        const words = ['SCAN', cursor, 'MATCH', pattern, 'COUNT', SCAN_COUNT];
        const reply = await this.#send('SCAN', timeoutMs, () => send(words, timeoutMs));
        const [next, keys] = reply as [Buffer, Buffer[]];
        cursor = String(next);
        yield keys.map(String);
      } while (cursor !== '0');
    }
  }

  async subscribe(channel: string, listen: (message: string) => void, options?: CommandOptions): Promise<void> {
    if (this.#closed) throw closedError();
    if (!this.#kept.ready) throw notReadyError('SUBSCRIBE', this.#kept.reason);
    this.#subscriptions ??= new Subscriptions(this.#connector, { clock: this.#clock });
    const { confirmed, remove } = this.#subscriptions.add(channel, listen);
    const timeoutMs = options?.timeoutMs ?? this.#timeoutMs;
    try {
      await this.#inTime('SUBSCRIBE', timeoutMs, confirmed, () => timeoutError('SUBSCRIBE', timeoutMs));
    } catch (error) {
      remove();
      throw error;
    }
  }

  duplicate(): RedisDriver {
    if (this.#closed) throw closedError();
    return new KeptDriver(this.#connector, this.#timeoutMs, this.#clock);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#kept.close();
    this.#subscriptions?.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #send<T>(command: string, timeoutMs: number, start: () => Promise<T>, key?: string): Promise<T> {
    if (this.#closed) return Promise.reject(closedError());
    if (!this.#kept.ready) return Promise.reject(notReadyError(command, this.#kept.reason));
    const silence = this.#silences.of(key === undefined ? undefined : this.#kept.current.routeOf?.(key));
    silence.asked();
    const late = (): Error => {
      silence.late();
      return timeoutError(command, timeoutMs);
    };
    return this.#inTime(command, timeoutMs, start(), late, silence);
  }

  /** Settles by its limit; an answer that comes later is heard, so that silence is told from slowness, and dropped. */
  #inTime<T>(command: string, timeoutMs: number, answer: Promise<T>, late: () => Error, silence?: Silence): Promise<T> {
    return new Promise((resolve, reject) => {
      const timer = this.#clock.schedule(timeoutMs, () => reject(this.#closed ? closedError() : late()));
      answer.then(
        (value) => {
          timer.cancel();
          silence?.broken();
          resolve(value);
        },
        (error: unknown) => {
          timer.cancel();
          if (isReply(error)) silence?.broken();
          reject(this.#refusal(command, error));
        },
      );
    });
  }

  #refusal(command: string, error: unknown): Error {
    if (this.#closed) return closedError();
    const refusal = toRedisError(command, error);
    // A connection that leads to a replica stays there: only a new one finds the primary. A Cluster redirects by itself.
    if (!this.clustered && isFromReplica(refusal)) this.#kept.renew('READONLY');
    return refusal;
  }

  #look(): void {
    if (this.#silences.areOver()) this.#kept.renew('SILENT');
  }
}
