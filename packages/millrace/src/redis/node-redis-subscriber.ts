import type { ConnectionReport, SubscriberConnection } from './connection.ts';
import {
  destroyClient,
  isPrimaryReady,
  kindOfClient,
  type NodeRedisClient,
  type NodeRedisCluster,
  openClient,
} from './node-redis-client.ts';

/**
 * Subscriptions over node-redis. Those of a Cluster client would reject unheard when their node goes, so a Cluster is
 * heard through a client of one of its nodes: a message reaches all of them.
 */
export class NodeRedisSubscriber implements SubscriberConnection {
  readonly ping: (() => Promise<unknown>) | undefined;
  readonly #report: ConnectionReport;
  readonly #isSentinel: boolean;
  /** A Cluster that is asked for a node; it opens no connection to the others. */
  readonly #cluster: NodeRedisCluster | undefined;
  #client: NodeRedisClient | undefined;
  #connected = false;
  #closed = false;

  constructor(pattern: NodeRedisClient, report: ConnectionReport) {
    const kind = kindOfClient(pattern);
    this.#report = report;
    this.#isSentinel = kind === 'sentinel';
    // A Sentinel hides the connection that it listens on.
    if (!this.#isSentinel) this.ping = () => this.#client?.sendCommand(['PING']) ?? Promise.resolve();
    if (kind === 'cluster') this.#cluster = openClient(pattern) as NodeRedisCluster;
    else this.#client = this.#watch(openClient(pattern));
  }

  get ready(): boolean {
    if (this.#client === undefined) return false;
    if (this.#isSentinel) return this.#connected && isPrimaryReady(this.#client);
    return this.#client.isReady === true;
  }

  start(): void {
    this.#connect().then(
      () => {
        this.#connected = true;
        if (this.#isSentinel) this.#report.made();
      },
      (error: unknown) => this.#report.ended(error),
    );
  }

  async subscribe(channel: string, listen: (message: string) => void): Promise<void> {
    await this.#client?.subscribe(channel, listen);
  }

  close(): void {
    this.#closed = true;
    if (this.#client !== undefined) destroyClient(this.#client);
    if (this.#cluster !== undefined) destroyClient(this.#cluster);
  }

  async #connect(): Promise<void> {
    if (this.#cluster !== undefined) this.#client = await this.#clientOfNode(this.#cluster);
    if (this.#closed) this.close();
    else await this.#client?.connect();
  }

  async #clientOfNode(cluster: NodeRedisCluster): Promise<NodeRedisClient> {
    await cluster.connect();
    try {
      const node = cluster.masters[Math.floor(Math.random() * cluster.masters.length)];
      return this.#watch(openClient(await cluster.nodeClient(node)));
    } finally {
      destroyClient(cluster);
    }
  }

  #watch(client: NodeRedisClient): NodeRedisClient {
    const events = this.#isSentinel ? ['ready', 'topology-change', 'error'] : ['ready'];
    for (const event of events) client.on(event, () => this.#report.made());
    client.on('error', (error) => this.#report.failed(error));
    if (!this.#isSentinel) client.on('terminated', (error) => this.#report.ended(error));
    return client;
  }
}
