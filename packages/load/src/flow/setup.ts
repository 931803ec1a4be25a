import { createRandom, type Timer } from 'millrace/core';
import { RunMemory, type WorkloadContext } from '../run/index.ts';
import { CallDesk } from './call-desk.ts';
import { FLOW_ERRORS } from './errors.ts';
import type { FlowPlan } from './flow-definition.ts';
import { FlowGround } from './flow-ground.ts';
import { reasonOf } from './reasons.ts';
import { stopped } from './span.ts';
import { VirtualUser } from './virtual-user.ts';

const SWEEP_MS = 50;

/**
 * Runs a scenario's `setup` with connections of its own, which are closed when it has ended. An interruption does not
 * wait for it.
 * @throws MILLRACE_FLOW_SETUP_FAILED
 */
export async function runSetup(scenario: FlowPlan, context: WorkloadContext): Promise<unknown> {
  const { setup, name } = scenario;
  if (setup === undefined) return undefined;
  const { clock, target, signal, maxLinks } = context;
  const random = createRandom(context.seed).fork('setup');
  const desk = new CallDesk(context.openTransport);
  const alone: FlowPlan = { ...scenario, users: 1, login: undefined, createUser: undefined };
  const memory = new RunMemory(1);
  const ground = new FlowGround({
    ...{ scenario: alone, target, clock, random, desk, memory, feeds: new Map(), shared: undefined, maxLinks },
    tracing: context.tracing,
  });
  let timer: Timer | undefined;
  const sweep = (): void => {
    desk.sweep(clock.now());
    timer = clock.schedule(SWEEP_MS, sweep);
  };
  const interruption = Promise.withResolvers<never>();
  const interrupt = (): void => interruption.reject(stopped());
  sweep();
  signal?.addEventListener('abort', interrupt, { once: true });
  try {
    if (signal?.aborted) throw stopped();
    const made = (async () => setup({ http: VirtualUser.create(ground, 0), random }))();
    return await Promise.race([made, interruption.promise]);
  } catch (cause) {
    throw FLOW_ERRORS.create('MILLRACE_FLOW_SETUP_FAILED', { scenario: name, reason: reasonOf(cause) }, cause);
  } finally {
    timer?.cancel();
    signal?.removeEventListener('abort', interrupt);
    ground.stop();
    desk.close(clock.now());
    ground.links.close();
  }
}
