import type {
  CommandConnection,
  ConnectionReport,
  RedisConnector,
  RedisReply,
  RedisSend,
  RedisWord,
  SubscriberConnection,
} from './connection.ts';
import {
  begin,
  call,
  type IoredisClient,
  type IoredisCluster,
  isCluster,
  openClient,
  watch,
} from './ioredis-client.ts';
import { IoredisClusterCommands } from './ioredis-cluster.ts';

/** ioredis as connections. */
export class IoredisConnector implements RedisConnector {
  readonly clustered: boolean;
  readonly #pattern: IoredisClient;

  constructor(pattern: IoredisClient) {
    this.clustered = isCluster(pattern);
    this.#pattern = pattern;
  }

  openCommands(report: ConnectionReport): CommandConnection {
    const client = openClient(this.#pattern);
    return isCluster(client) ? new IoredisClusterCommands(client, report) : new IoredisCommands(client, report);
  }

  openSubscriber(report: ConnectionReport): SubscriberConnection {
    return new IoredisSubscriber(this.#pattern, report);
  }
}

class IoredisCommands implements CommandConnection {
  readonly #client: IoredisClient;

  constructor(client: IoredisClient, report: ConnectionReport) {
    this.#client = client;
    watch(client, report);
  }

  get ready(): boolean {
    return this.#client.status === 'ready';
  }

  start(): void {
    begin(this.#client);
  }

  send(_key: string, words: readonly RedisWord[]): Promise<RedisReply> {
    return call(this.#client, words);
  }

  async primaries(): Promise<readonly RedisSend[]> {
    return [(words) => call(this.#client, words)];
  }

  close(): void {
    this.#client.disconnect();
  }
}

/** Of a Cluster one node is enough: a message reaches all of them. */
class IoredisSubscriber implements SubscriberConnection {
  readonly #report: ConnectionReport;
  /** A Cluster that is asked for a node. */
  readonly #cluster: IoredisCluster | undefined;
  readonly #listeners = new Map<string, (message: string) => void>();
  #client: IoredisClient | undefined;

  constructor(pattern: IoredisClient, report: ConnectionReport) {
    this.#report = report;
    const client = openClient(pattern);
    if (isCluster(client)) this.#cluster = client;
    else this.#client = this.#watch(client);
  }

  get ready(): boolean {
    return this.#client?.status === 'ready';
  }

  start(): void {
    if (this.#cluster !== undefined) this.#findNode(this.#cluster);
    else if (this.#client !== undefined) begin(this.#client);
  }

  #findNode(cluster: IoredisCluster): void {
    cluster.on('ready', () => {
      const nodes = cluster.nodes('master');
      const node = nodes[Math.floor(Math.random() * nodes.length)];
      cluster.disconnect();
      if (node === undefined) return;
      this.#client = this.#watch(openClient(node));
      begin(this.#client);
    });
    begin(cluster);
  }

  async subscribe(channel: string, listen: (message: string) => void): Promise<void> {
    this.#listeners.set(channel, listen);
    await this.#client?.subscribe(channel);
  }

  async ping(): Promise<void> {
    if (this.#client !== undefined) await call(this.#client, ['PING']);
  }

  close(): void {
    this.#cluster?.disconnect();
    this.#client?.disconnect();
  }

  #watch(client: IoredisClient): IoredisClient {
    watch(client, this.#report);
    client.on('message', (channel: string, message: string) => this.#listeners.get(channel)?.(message));
    return client;
  }
}
