import { Feed } from '../feeder/index.ts';
import type { Workload, WorkloadContext, WorkloadGround } from '../run/index.ts';
import { CallDesk } from './call-desk.ts';
import type { FlowPlan } from './flow-definition.ts';
import { FlowGround } from './flow-ground.ts';
import { FlowRunner } from './flow-runner.ts';
import { UserPool } from './user-pool.ts';

/** Loads the rows of a scenario. Gives what makes its workload when the run starts. */
export async function openFlows(
  scenario: FlowPlan,
  context: WorkloadContext,
  shared: unknown,
): Promise<(ground: WorkloadGround) => Workload> {
  const { share, target, maxQueue, maxLinks, tracing, openTransport } = context;
  const shard = { shard: share.index, of: share.of };
  const feeds = new Map<string, Feed<unknown>>();
  for (const [name, feeder] of Object.entries(scenario.data)) {
    feeds.set(name, await Feed.open(feeder, scenario.users, shard));
  }
  return (run) => {
    const { clock, random, memory, recorder } = run;
    const desk = new CallDesk(openTransport, recorder);
    const carried = { target, clock, random, desk, maxLinks, tracing };
    const ground = new FlowGround({ ...carried, scenario, memory, feeds, shared, recorder });
    return new FlowRunner(ground, run, new UserPool(ground, share), maxQueue);
  };
}
