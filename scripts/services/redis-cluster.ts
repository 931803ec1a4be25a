import { freePort } from './free-port.ts';
import { askRedis } from './redis-info.ts';
import { newPassword, type RedisNode } from './redis-node.ts';
import { buildTopology, type RedisNodes, type RedisTopologyOptions, until } from './redis-topology.ts';

/** A Cluster of three primaries, each with one replica. */
export interface RedisCluster extends AsyncDisposable {
  /** Of every server; the user is `default`. */
  readonly password: string;
  /** The servers that began as primaries, in the order of their slots. */
  readonly primaries: readonly RedisNode[];
  readonly replicas: readonly RedisNode[];
  /** Ends all of them. Safe to call again. */
  close(): Promise<void>;
}

const SLOTS = 16_384;
const SHARDS = 3;
/** How long a node must be silent before the others call it failed: a failover then takes one to three seconds. */
const NODE_TIMEOUT_MS = 1_000;

/**
 * Starts a Cluster, which ends with this process; undefined when no server is installed. Ready means that every node
 * knows every other and all slots are served. Needs Redis 7 or Valkey.
 * @throws MILLRACE_SERVICES_START_FAILED
 * @example
 * await using cluster = await startRedisCluster();
 * const rootNodes = cluster?.primaries.map(({ port }) => ({ socket: { host: '127.0.0.1', port } }));
 */
export function startRedisCluster(options: RedisTopologyOptions = {}): Promise<RedisCluster | undefined> {
  return buildTopology(options, async (nodes, deadline) => {
    const password = newPassword();
    const all = await nodes.start(2 * SHARDS, { password, settings: () => clusterSettings(password) });
    const [primaries, replicas] = [all.slice(0, SHARDS), all.slice(SHARDS)];
    await Promise.all(primaries.map(takeSlots));
    const [first] = all as [RedisNode];
    const bus = await busPorts(all);
    for (const [index, { port }] of all.entries()) {
      if (index > 0) await askRedis(first.url, ['CLUSTER', 'MEET', '127.0.0.1', `${port}`, `${bus[index]}`]);
    }
    for (const node of all) await until('nodes do not meet', deadline, () => knows(node, all.length));
    const ids = await Promise.all(primaries.map(idOf));
    await Promise.all(replicas.map(({ url }, index) => askRedis(url, ['CLUSTER', 'REPLICATE', ids[index] ?? ''])));
    for (const node of all) await until('the Cluster does not form', deadline, () => isWhole(node));
    return new ClusterTopology(nodes, password, primaries, replicas);
  });
}

/** The port of the bus would be that of the clients plus 10,000, which may be taken or out of range. */
async function clusterSettings(password: string): Promise<string[]> {
  return [
    `masterauth ${password}`,
    'cluster-enabled yes',
    'cluster-config-file nodes.conf',
    `cluster-node-timeout ${NODE_TIMEOUT_MS}`,
    `cluster-port ${await freePort()}`,
    'repl-diskless-sync-delay 0',
  ];
}

async function takeSlots({ url }: RedisNode, index: number): Promise<void> {
  const [from, to] = [index, index + 1].map((part) => Math.round((part * SLOTS) / SHARDS)) as [number, number];
  await askRedis(url, ['CLUSTER', 'ADDSLOTSRANGE', `${from}`, `${to - 1}`]);
  await askRedis(url, ['CLUSTER', 'SET-CONFIG-EPOCH', `${index + 1}`]);
}

async function busPorts(all: readonly RedisNode[]): Promise<string[]> {
  const answers = await Promise.all(all.map(({ url }) => askRedis(url, ['CONFIG', 'GET', 'cluster-port'])));
  return answers.map((answer) => /cluster-port\r\n\$\d+\r\n(\d+)/.exec(answer)?.[1] ?? '');
}

async function idOf({ url }: RedisNode): Promise<string> {
  return /[0-9a-f]{40}/.exec(await askRedis(url, ['CLUSTER', 'MYID']))?.[0] ?? '';
}

async function knows({ url }: RedisNode, count: number): Promise<boolean> {
  return (await askRedis(url, ['CLUSTER', 'INFO'])).includes(`cluster_known_nodes:${count}\r\n`);
}

/** All slots are served, and every primary has its replica, in the eyes of this node. */
async function isWhole({ url }: RedisNode): Promise<boolean> {
  const [info, slots, nodes] = await Promise.all(
    ['INFO', 'SLOTS', 'NODES'].map((word) => askRedis(url, ['CLUSTER', word])),
  );
  const replicas = nodes?.match(/\bslave [0-9a-f]{40} .* connected/g)?.length;
  return info?.includes('cluster_state:ok') === true && slots?.includes('*3\r\n') === true && replicas === SHARDS;
}

class ClusterTopology implements RedisCluster {
  readonly password: string;
  readonly primaries: readonly RedisNode[];
  readonly replicas: readonly RedisNode[];
  readonly #nodes: RedisNodes;

  constructor(nodes: RedisNodes, password: string, primaries: readonly RedisNode[], replicas: readonly RedisNode[]) {
    this.#nodes = nodes;
    this.password = password;
    this.primaries = primaries;
    this.replicas = replicas;
  }

  close(): Promise<void> {
    return this.#nodes[Symbol.asyncDispose]();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
