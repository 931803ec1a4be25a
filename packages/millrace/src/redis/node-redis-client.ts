import { REDIS_ERRORS } from './errors.ts';
import { reconnectDelayMs } from './reconnect-delay.ts';

/** What is used of a client of node-redis (`redis` or `@redis/client`, 5 or 6): standalone, Sentinel or Cluster. */
export interface NodeRedisClient {
  readonly isOpen: boolean;
  readonly isReady?: boolean;
  connect(): Promise<unknown>;
  destroy(): unknown;
  // biome-ignore lint/suspicious/noExplicitAny: the three kinds of client differ in what they take.
  duplicate(overrides?: any): NodeRedisClient;
  // biome-ignore lint/suspicious/noExplicitAny: so do their arguments.
  sendCommand(...words: any[]): Promise<any>;
  subscribe(channels: string, listener: (message: string) => void): Promise<unknown>;
  // biome-ignore lint/suspicious/noExplicitAny: events are named alike and carry different things.
  on(event: string, listener: (...given: any[]) => void): unknown;
}

/** A Cluster has its nodes' clients. */
export interface NodeRedisCluster extends NodeRedisClient {
  readonly masters: readonly unknown[];
  readonly slots: readonly { readonly master: { readonly address: string } }[];
  nodeClient(node: unknown): Promise<NodeRedisClient>;
}

export type NodeRedisKind = 'single' | 'cluster' | 'sentinel';

/**
 * Which of the three kinds a client is, by what only that kind can do.
 * @throws MILLRACE_REDIS_OPTION_INVALID
 */
export function kindOfClient(client: NodeRedisClient): NodeRedisKind {
  if (typeof client?.duplicate !== 'function' || typeof client.sendCommand !== 'function') {
    const context = { option: 'client', value: typeof client, allowed: 'a client of node-redis' };
    throw REDIS_ERRORS.create('MILLRACE_REDIS_OPTION_INVALID', context);
  }
  if ('nodeClient' in client) return 'cluster';
  return 'getMasterNode' in client ? 'sentinel' : 'single';
}

/** Replies in the shapes of RESP 2, and none of what only RESP 3 can do. */
const RESP_2 = { RESP: 2, clientSideCache: undefined, emitInvalidate: undefined, maintNotifications: 'disabled' };
/** Nothing waits for a connection. */
const NO_QUEUE = { disableOfflineQueue: true, commandsQueueMaxLength: 100_000 };

/**
 * A client like `pattern` that neither keeps commands for later nor sends one twice. Errors are told by what fails; a
 * client without a listener for them would end the process.
 */
export function openClient(pattern: NodeRedisClient): NodeRedisClient {
  const client = pattern.duplicate(OVERRIDES[kindOfClient(pattern)](pattern));
  client.on('error', () => {});
  return client;
}

const OVERRIDES: Readonly<Record<NodeRedisKind, (pattern: NodeRedisClient) => object>> = {
  single: (pattern) => ({ ...RESP_2, ...NO_QUEUE, ...reconnecting((pattern as { options?: Defaults }).options) }),
  cluster: clusterOverrides,
  sentinel: () => SENTINEL,
};

/** What a client was made with, as far as it is looked into. */
interface Defaults {
  readonly socket?: object;
}

function reconnecting(defaults: Defaults | undefined): Defaults {
  const reconnectStrategy = (retries: number): number => reconnectDelayMs(retries + 1);
  return { socket: { ...defaults?.socket, reconnectStrategy } };
}

/** A Cluster hands `defaults` to its nodes' clients, and takes new ones for all of them: credentials stand there too. */
function clusterOverrides(pattern: NodeRedisClient): object {
  const { defaults } = (pattern as { _options?: { defaults?: Defaults } })._options ?? {};
  return {
    RESP: 2,
    clientSideCache: undefined,
    useReplicas: false,
    topologyRefreshOnReconnectionAttemptStrategy: 1_000,
    defaults: { ...defaults, ...RESP_2, ...NO_QUEUE, ...reconnecting(defaults) },
  };
}

/**
 * A Sentinel keeps its options to itself, so those of its nodes' clients stay as they are. With rediscoveries it would
 * send a command again that may have been carried out. Without a client reserved, commands would wait for each other.
 */
const SENTINEL = {
  RESP: 2,
  clientSideCache: undefined,
  maxCommandRediscovers: 0,
  masterPoolSize: 1,
  replicaPoolSize: 0,
  reserveClient: true,
  passthroughClientErrorEvents: true,
};

/** Whether a Sentinel has a connection to the primary: only then does it name one. */
export function isPrimaryReady(sentinel: NodeRedisClient): boolean {
  return (sentinel as NodeRedisClient & { getMasterNode(): unknown }).getMasterNode() !== undefined;
}

/**
 * Ends a client at once, whatever it is doing. One whose connection is just being made would keep it, so it is ended again
 * when that is there.
 */
export function destroyClient(client: NodeRedisClient): void {
  client.on('connect', () => end(client));
  end(client);
}

function end(client: NodeRedisClient): void {
  try {
    const ended = client.destroy();
    if (ended instanceof Promise) ended.catch(() => {});
  } catch {
    // It was closed already.
  }
}
