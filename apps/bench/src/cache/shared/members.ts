import { type RedisNode, startOwnRedis } from '@millrace/scripts/services';
import { type Member, type MemberOptions, type Origin, startMembers } from '@millrace/tests/cache-drills';

/** Processes of one service. */
export const PROCESSES = 4;

/** A Redis, and the processes that share values through it. */
export interface Stage extends AsyncDisposable {
  readonly redis: RedisNode;
  readonly members: readonly Member[];
}

/** Starts a server and processes of its own. @throws when no server is installed */
export async function startStage(options: Omit<MemberOptions, 'url'>, origin: Origin): Promise<Stage> {
  await using stack = new AsyncDisposableStack();
  const redis = await startRedis();
  stack.use(redis);
  const members = await startMembers(PROCESSES, { ...options, url: redis.url }, origin);
  for (const member of members) stack.use(member);
  const kept = stack.move();
  return { redis, members, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}

/** @throws when none is installed, with the reason that a row gives */
export async function startRedis(): Promise<RedisNode> {
  const redis = await startOwnRedis();
  if (redis === undefined) throw new Error('no redis-server or valkey-server on the PATH');
  return redis;
}
