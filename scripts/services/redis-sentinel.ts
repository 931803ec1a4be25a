import { askRedis } from './redis-info.ts';
import { newPassword, type RedisNode } from './redis-node.ts';
import { buildTopology, type RedisNodes, type RedisTopologyOptions, until } from './redis-topology.ts';

/** A primary, its replicas, and the Sentinels that watch them. */
export interface RedisSentinel extends AsyncDisposable {
  /** The name under which the Sentinels know the primary. */
  readonly name: string;
  /** Of every server, Sentinels too; the user is `default`. */
  readonly password: string;
  readonly sentinels: readonly RedisNode[];
  /** The servers that hold data, the first primary first. */
  readonly servers: readonly RedisNode[];
  /** The primary of this moment, as a Sentinel sees it. */
  primary(): Promise<RedisNode>;
  /** Ends all of them. Safe to call again. */
  close(): Promise<void>;
}

const NAME = 'millrace';
const REPLICAS = 2;
const SENTINELS = 3;
/** How long a primary must be silent before a Sentinel calls it down: a failover then takes two to three seconds. */
const DOWN_AFTER_MS = 1_000;

/**
 * Starts one primary, two replicas and three Sentinels, which end with this process; undefined when no server is
 * installed. Ready means that the replicas follow and the Sentinels know each other.
 * @throws MILLRACE_SERVICES_START_FAILED
 * @example
 * await using redis = await startRedisSentinel();
 * await (await redis?.primary())?.kill(); // the Sentinels choose another
 */
export function startRedisSentinel(options: RedisTopologyOptions = {}): Promise<RedisSentinel | undefined> {
  return buildTopology(options, async (nodes, deadline) => {
    const password = newPassword();
    const masterauth = `masterauth ${password}`;
    const data = { password, settings: () => [masterauth, 'repl-diskless-sync-delay 0'] };
    const [primary] = (await nodes.start(1, data)) as [RedisNode];
    const settings = (): string[] => [...data.settings(), `replicaof 127.0.0.1 ${primary.port}`];
    const replicas = await nodes.start(REPLICAS, { password, settings });
    const followed = (): Promise<boolean> => hasReplicas(primary);
    await until('replicas do not follow', deadline, followed);
    const sentinels = await nodes.start(SENTINELS, {
      password,
      sentinel: true,
      settings: () => watching(primary, password),
    });
    for (const sentinel of sentinels) await until('Sentinels do not meet', deadline, () => isComplete(sentinel));
    return new SentinelTopology(nodes, password, [primary, ...replicas], sentinels);
  });
}

function watching(primary: RedisNode, password: string): string[] {
  return [
    `sentinel sentinel-pass ${password}`,
    `sentinel monitor ${NAME} 127.0.0.1 ${primary.port} 2`,
    `sentinel auth-pass ${NAME} ${password}`,
    `sentinel down-after-milliseconds ${NAME} ${DOWN_AFTER_MS}`,
    `sentinel failover-timeout ${NAME} 5000`,
  ];
}

async function hasReplicas(primary: RedisNode): Promise<boolean> {
  const answer = await askRedis(primary.url, ['INFO', 'replication']);
  return (answer.match(/state=online/g) ?? []).length === REPLICAS;
}

async function isComplete(sentinel: RedisNode): Promise<boolean> {
  const answer = await askRedis(sentinel.url, ['INFO', 'sentinel']);
  return answer.includes(`status=ok`) && answer.includes(`slaves=${REPLICAS},sentinels=${SENTINELS}`);
}

class SentinelTopology implements RedisSentinel {
  readonly name: string = NAME;
  readonly password: string;
  readonly servers: readonly RedisNode[];
  readonly sentinels: readonly RedisNode[];
  readonly #nodes: RedisNodes;

  constructor(nodes: RedisNodes, password: string, servers: readonly RedisNode[], sentinels: readonly RedisNode[]) {
    this.#nodes = nodes;
    this.password = password;
    this.servers = servers;
    this.sentinels = sentinels;
  }

  async primary(): Promise<RedisNode> {
    const [sentinel] = this.sentinels as [RedisNode];
    const answer = await askRedis(sentinel.url, ['SENTINEL', 'GET-MASTER-ADDR-BY-NAME', NAME]);
    const found = this.servers.find((server) => answer.includes(`\r\n${server.port}\r\n`));
    if (found === undefined) throw new Error('the Sentinel knows no primary');
    return found;
  }

  close(): Promise<void> {
    return this.#nodes[Symbol.asyncDispose]();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
