import type { ConnectionReport, RedisReply, RedisWord } from './connection.ts';
import { REDIS_ERRORS } from './errors.ts';
import { reconnectDelayMs } from './reconnect-delay.ts';

/** What is used of a client of ioredis 5 or 6: `Redis` (standalone or Sentinel) or `Cluster`. */
export interface IoredisClient {
  readonly status: string;
  connect(): Promise<unknown>;
  disconnect(): void;
  // biome-ignore lint/suspicious/noExplicitAny: the two kinds of client differ in what they take.
  duplicate(...overrides: any[]): IoredisClient;
  callBuffer(command: string, words: (string | Buffer | number)[]): Promise<unknown>;
  subscribe(channel: string): Promise<unknown>;
  // biome-ignore lint/suspicious/noExplicitAny: events are named alike and carry different things.
  on(event: string, listener: (...given: any[]) => void): unknown;
}

/** A Cluster has its nodes' clients. */
export interface IoredisCluster extends IoredisClient {
  /** The servers of each slot, the primary first. */
  readonly slots: readonly (readonly string[])[];
  nodes(role: 'master'): readonly IoredisClient[];
  refreshSlotsCache(done?: (error?: Error | null) => void): void;
}

/**
 * Whether a client is of a Cluster.
 * @throws MILLRACE_REDIS_OPTION_INVALID
 */
export function isCluster(client: IoredisClient): client is IoredisCluster {
  if (typeof client?.duplicate !== 'function' || typeof client.callBuffer !== 'function') {
    const context = { option: 'client', value: typeof client, allowed: 'a client of ioredis' };
    throw REDIS_ERRORS.create('MILLRACE_REDIS_OPTION_INVALID', context);
  }
  return 'nodes' in client;
}

/** Nothing waits for a connection, nothing is sent twice, everything goes to the primary in the shapes of RESP 2. */
const OVERRIDES = {
  lazyConnect: true,
  enableOfflineQueue: false,
  enableAutoPipelining: false,
  maxRetriesPerRequest: 0,
  autoResendUnfulfilledCommands: false,
  // Its own attempt would reject unheard when the connection is lost again.
  autoResubscribe: false,
  commandTimeout: undefined,
  keyPrefix: '',
  stringNumbers: false,
  protocol: 2,
  replyMapping: 'legacy',
  role: 'master',
  readOnly: false,
  monitor: false,
  himportFieldsets: undefined,
};
const RETRY = { retryStrategy: reconnectDelayMs };
const CLUSTER_OVERRIDES = {
  lazyConnect: true,
  enableOfflineQueue: false,
  enableAutoPipelining: false,
  keyPrefix: '',
  scaleReads: 'master',
  shardedSubscribers: false,
  // What these wait for is sent again, though it may have been carried out, or keeps its caller waiting.
  retryDelayOnFailover: 0,
  retryDelayOnClusterDown: 0,
  clusterNodeRetryStrategy: null,
  clusterRetryStrategy: reconnectDelayMs,
  himportFieldsets: undefined,
  redisOptions: OVERRIDES,
};

/** A client like `pattern` that neither keeps commands for later nor sends one twice. */
export function openClient(pattern: IoredisClient): IoredisClient {
  const client = isCluster(pattern)
    ? pattern.duplicate([], CLUSTER_OVERRIDES)
    : pattern.duplicate({ ...OVERRIDES, ...RETRY });
  client.on('error', () => {}); // Told by what fails.
  return client;
}

/** Tells what becomes of a client. */
export function watch(client: IoredisClient, report: ConnectionReport): void {
  for (const event of ['ready', '+node']) client.on(event, () => report.made());
  for (const event of ['error', 'node error']) client.on(event, (error) => report.failed(error));
  client.on('end', () => report.ended());
}

/** ioredis rejects at the first failure and goes on by itself; its events tell the rest. */
export function begin(client: IoredisClient): void {
  client.connect().catch(() => {});
}

/** Routes by the keys of the command itself. */
export function call(client: IoredisClient, [name, ...words]: readonly RedisWord[]): Promise<RedisReply> {
  return client.callBuffer(String(name).toLowerCase(), words) as Promise<RedisReply>;
}
