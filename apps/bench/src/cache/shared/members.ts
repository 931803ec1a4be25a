import type { RedisNode } from '@millrace/scripts/services';
import { type Member, type MemberOptions, type Origin, startMembers } from '@millrace/tests/cache-drills';
import { startRedis } from '../../own-redis.ts';

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
