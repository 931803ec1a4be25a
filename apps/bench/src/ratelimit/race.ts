import { startChild } from '../load/child.ts';
import type { Measurement } from '../measurement.ts';
import { startRedis } from '../own-redis.ts';
import { judgeRace, RACERS } from './race-plan.ts';

const RUN = new URL('./race-run.ts', import.meta.url);

/** Units that four processes let pass beyond limits that Redis counts for them, of so many decisions in each. */
export async function measureRace(decisions: number): Promise<Measurement> {
  await using stack = new AsyncDisposableStack();
  const redis = stack.use(await startRedis());
  const children = await Promise.all(
    Array.from({ length: RACERS }, () => startChild<readonly number[]>(RUN, [redis.url, String(decisions)])),
  );
  for (const child of children) stack.use(child);
  const { over, left } = judgeRace(children.map(({ ready }) => ready));
  if (left > 0) throw new Error(`${left} units that should have passed did not`);
  return { goal: 'ratelimit.redis.over', value: over, spread: null };
}
