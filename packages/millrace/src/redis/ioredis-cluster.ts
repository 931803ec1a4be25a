import type { CommandConnection, ConnectionReport, RedisReply, RedisSend, RedisWord } from './connection.ts';
import { begin, call, type IoredisCluster, watch } from './ioredis-client.ts';
import { keySlot } from './key-slot.ts';

/** How long nodes may take to be connected to before commands for the others are taken. */
const NODE_PATIENCE_MS = 1_000;
/** Between the loss of a node and the question where its keys went; up to twice this. */
const REFRESH_MS = 200;

/**
 * Commands over a Cluster of ioredis. It connects to a node with the first command for it, and refuses those that come
 * in the meantime; so its nodes are connected to as soon as they are known. Since it sends nothing twice, it does not
 * look by itself where the keys of a lost node went.
 */
export class IoredisClusterCommands implements CommandConnection {
  readonly #cluster: IoredisCluster;
  readonly #report: ConnectionReport;
  /** Whether the nodes that were known at first have been tried. */
  #tried = false;
  #connecting: Promise<unknown> = Promise.resolve();
  #refresh: NodeJS.Timeout | undefined;

  constructor(cluster: IoredisCluster, report: ConnectionReport) {
    this.#cluster = cluster;
    this.#report = report;
    watch(cluster, report);
    cluster.on('ready', () => void this.#connectNodes());
    cluster.on('refresh', () => void this.#connectNodes());
    cluster.on('close', () => {
      this.#tried = false;
    });
    cluster.on('-node', () => this.#refreshSoon());
  }

  get ready(): boolean {
    return this.#tried && this.#cluster.status === 'ready';
  }

  start(): void {
    begin(this.#cluster);
  }

  send(_key: string, words: readonly RedisWord[]): Promise<RedisReply> {
    return call(this.#cluster, words);
  }

  routeOf(key: string): string | undefined {
    return this.#cluster.slots[keySlot(key)]?.[0];
  }

  async primaries(): Promise<readonly RedisSend[]> {
    return this.#cluster.nodes('master').map((client) => (words) => call(client, words));
  }

  close(): void {
    clearTimeout(this.#refresh);
    this.#cluster.disconnect();
  }

  /** Not before it is ready: to see whether it is, ioredis needs a node that nobody connects to. */
  async #connectNodes(): Promise<void> {
    if (this.#cluster.status !== 'ready') return;
    const idle = this.#cluster.nodes('master').filter(({ status }) => status === 'wait');
    const wait = Promise.withResolvers<void>();
    const timer = setTimeout(wait.resolve, NODE_PATIENCE_MS);
    timer.unref();
    this.#connecting = Promise.allSettled([this.#connecting, ...idle.map((node) => node.connect())]);
    await Promise.race([this.#connecting, wait.promise]);
    clearTimeout(timer);
    if (this.#tried || this.#cluster.status !== 'ready') return;
    this.#tried = true;
    this.#report.made();
  }

  /** A lost node may be listed until the others agree that it is lost; so it is asked for again and again, at leisure. */
  #refreshSoon(): void {
    if (this.#refresh !== undefined) return;
    const refresh = (): void => {
      this.#refresh = undefined;
      if (this.#cluster.status === 'ready') this.#cluster.refreshSlotsCache(() => {});
    };
    this.#refresh = setTimeout(refresh, REFRESH_MS * (1 + Math.random()));
    this.#refresh.unref();
  }
}
