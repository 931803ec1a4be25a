/** What Redis answers, as RESP2 has it: bulk strings are bytes; simple strings are text or bytes, as the client has them. */
export type RedisReply = Buffer | string | number | null | readonly RedisReply[];

/** One word of a command. */
export type RedisWord = string | Buffer;

/** Sends one command to one place. */
export type RedisSend = (words: readonly RedisWord[], timeoutMs: number) => Promise<RedisReply>;

/** How a connection tells what becomes of it. */
export interface ConnectionReport {
  /** It, or a part of it, was made anew: what answers now need not have heard everything that was said before. */
  made(): void;
  /** Something went wrong. The library goes on by itself. */
  failed(error: unknown): void;
  /** The library has given up for good, for a reason that it may have told before. */
  ended(error?: unknown): void;
}

/** One client of a library, from its start to its end. Its methods reject with the library's own errors. */
export interface RedisConnection {
  /** Whether what is sent now goes out now. */
  readonly ready: boolean;
  /** Begins to connect. Never throws; the report tells the rest. */
  start(): void;
  /** Ends everything at once; commands under way reject. */
  close(): void;
}

/** A connection for commands. */
export interface CommandConnection extends RedisConnection {
  /**
   * Sends one command to the primary that owns `key`. Must not wait for a connection, and must not send again what may
   * have been carried out. What has not gone out after `timeoutMs` should never go out.
   */
  send(key: string, words: readonly RedisWord[], timeoutMs: number): Promise<RedisReply>;
  /** Which server a command for `key` would go to, where there are several. Only to be compared. */
  routeOf?(key: string): string | undefined;
  /** One function a primary. */
  primaries(): Promise<readonly RedisSend[]>;
}

/** A connection that only listens. */
export interface SubscriberConnection extends RedisConnection {
  /** Asks for a channel; asking again for the same one with the same listener changes nothing. */
  subscribe(channel: string, listen: (message: string) => void): Promise<unknown>;
  /** Resolves when the server answers; missing where the library has no way to ask. */
  readonly ping?: (() => Promise<unknown>) | undefined;
}

/** All that tells one Redis library from another: deadlines, error codes and reconnection are the driver's. */
export interface RedisConnector {
  /** Whether keys are spread over several nodes, so that a command may only name keys of one slot. */
  readonly clustered: boolean;
  openCommands(report: ConnectionReport): CommandConnection;
  openSubscriber(report: ConnectionReport): SubscriberConnection;
}
