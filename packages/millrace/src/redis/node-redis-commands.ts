import type { CommandConnection, ConnectionReport, RedisReply, RedisSend, RedisWord } from './connection.ts';
import { keySlot } from './key-slot.ts';
import {
  destroyClient,
  isPrimaryReady,
  kindOfClient,
  type NodeRedisClient,
  type NodeRedisCluster,
  type NodeRedisKind,
  openClient,
} from './node-redis-client.ts';

/** The number of the reply type "bulk string" in RESP (its first byte, `$`). */
const BULK_STRING = 0x24;
const TYPE_MAPPING = { [BULK_STRING]: Buffer };

/**
 * Events of a new connection: of a client or a Sentinel, of a node of a Cluster, of another primary. A Sentinel says
 * nothing when the connection to the same primary was made anew, only that it was lost.
 */
const MADE: Readonly<Record<NodeRedisKind, readonly string[]>> = {
  single: ['ready'],
  cluster: ['connect', 'node-ready'],
  sentinel: ['ready', 'topology-change', 'error'],
};

/** Commands over node-redis. */
export class NodeRedisCommands implements CommandConnection {
  readonly #client: NodeRedisClient;
  readonly #kind: NodeRedisKind;
  readonly #report: ConnectionReport;
  /** A Sentinel that is still connecting may know its primary, but has no client reserved yet. */
  #connected = false;

  constructor(pattern: NodeRedisClient, report: ConnectionReport) {
    this.#kind = kindOfClient(pattern);
    this.#client = openClient(pattern);
    this.#report = report;
    for (const event of ['error', 'node-error']) this.#client.on(event, (error) => report.failed(error));
    for (const event of MADE[this.#kind]) this.#client.on(event, () => report.made());
  }

  get ready(): boolean {
    if (this.#kind === 'sentinel') return this.#connected && isPrimaryReady(this.#client);
    return this.#client.isReady ?? this.#client.isOpen;
  }

  start(): void {
    this.#client.connect().then(
      () => {
        this.#connected = true;
        if (this.#kind === 'sentinel') this.#report.made();
      },
      (error: unknown) => this.#report.ended(error),
    );
    if (this.#kind === 'single') this.#client.on('terminated', (error) => this.#report.ended(error));
  }

  send(key: string, words: readonly RedisWord[], timeoutMs: number): Promise<RedisReply> {
    const how = { typeMapping: TYPE_MAPPING, timeout: timeoutMs };
    if (this.#kind === 'single') return this.#client.sendCommand(words, how);
    if (this.#kind === 'sentinel') return this.#client.sendCommand(false, words, how);
    return this.#client.sendCommand(key, false, words, how);
  }

  routeOf(key: string): string | undefined {
    if (this.#kind !== 'cluster') return undefined;
    return (this.#client as NodeRedisCluster).slots[keySlot(key)]?.master.address;
  }

  async primaries(): Promise<readonly RedisSend[]> {
    if (this.#kind !== 'cluster') return [(words, timeoutMs) => this.send('', words, timeoutMs)];
    const cluster = this.#client as NodeRedisCluster;
    const clients = await Promise.all(cluster.masters.map((node) => cluster.nodeClient(node)));
    return clients.map((client) => (words, timeoutMs) => {
      return client.sendCommand(words, { typeMapping: TYPE_MAPPING, timeout: timeoutMs });
    });
  }

  close(): void {
    destroyClient(this.#client);
  }
}
