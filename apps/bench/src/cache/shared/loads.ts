import { setTimeout as sleep } from 'node:timers/promises';
import type { Member, Origin } from '@millrace/tests/cache-drills';
import { type Measurement, overRounds } from '../../measurement.ts';
import { PROCESSES, startStage } from './members.ts';

const CALLERS = 250;
const LOAD_MS = 50;
const RETRY_AFTER_MS = 100;
const FAILING_CALLERS = 20;
const APART_MS = 20;

/** How often the origin is asked for one cold key by all at once: usually, when who asks it dies, and without Redis. */
export async function measureCold(rounds: number): Promise<Measurement[]> {
  const counts: Record<'usually' | 'killed' | 'alone', number[]> = { usually: [], killed: [], alone: [] };
  for (let round = 0; round < rounds; round++) {
    for (const how of ['usually', 'killed', 'alone'] as const) counts[how].push(await coldLoads(how));
  }
  return [
    worst('cache.shared.cold.loads', counts.usually),
    worst('cache.shared.cold.loads.killed', counts.killed),
    worst('cache.shared.cold.loads.alone', counts.alone),
  ];
}

/** A bound on counts is kept or not: no median. */
function worst(goal: string, counts: readonly number[]): Measurement {
  return { ...overRounds(goal, counts), value: Math.max(...counts) };
}

async function coldLoads(how: 'usually' | 'killed' | 'alone'): Promise<number> {
  let calls = 0;
  const origin: Origin = async (_, member: Member) => {
    if (++calls === 1 && how === 'killed') member.signal('SIGKILL');
    await sleep(LOAD_MS);
    return 'value';
  };
  await using stage = await startStage({ cache: { name: 'bench' } }, origin);
  if (how === 'alone') await stage.redis.kill();
  const bursts = await Promise.allSettled(
    stage.members.map((member) => member.tell('burst', { key: 'cold', callers: CALLERS })),
  );
  const answers = bursts.flatMap((burst) => (burst.status === 'fulfilled' ? burst.value : []));
  const expected = (how === 'killed' ? PROCESSES - 1 : PROCESSES) * CALLERS;
  const good = answers.filter((answer) => answer === 'value').length;
  if (good !== expected) throw new Error(`${good} of ${expected} callers got the value`);
  return calls;
}

/** How hard an origin that fails is asked: at once, and again within the time in which nobody should. */
export async function measureFailing(rounds: number): Promise<Measurement[]> {
  const [concurrent, window]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    const calls = await failingCalls();
    concurrent.push(
      most(
        calls.map(({ beganAt }) => calls.filter((each) => each.beganAt <= beganAt && beganAt < each.endedAt).length),
      ),
    );
    // From the end of a failure on nobody asks for so long.
    window.push(
      most(
        calls.map(
          ({ beganAt }) =>
            calls.filter((each) => each.beganAt >= beganAt && each.beganAt < beganAt + RETRY_AFTER_MS).length,
        ),
      ),
    );
  }
  return [worst('cache.shared.failing.concurrent', concurrent), worst('cache.shared.failing.window', window)];
}

function most(counts: readonly number[]): number {
  return Math.max(0, ...counts);
}

interface Call {
  readonly beganAt: number;
  endedAt: number;
}

async function failingCalls(): Promise<readonly Call[]> {
  const calls: Call[] = [];
  const origin: Origin = async () => {
    const call = { beganAt: performance.now(), endedAt: Infinity };
    calls.push(call);
    await sleep(LOAD_MS);
    call.endedAt = performance.now();
    throw new Error('the origin fails');
  };
  await using stage = await startStage({ cache: { name: 'bench', retryAfterMs: RETRY_AFTER_MS } }, origin);
  const told: Promise<unknown>[] = [];
  for (let caller = 0; caller < FAILING_CALLERS; caller++) {
    const member = stage.members[caller % PROCESSES] as Member;
    told.push(member.tell('burst', { key: 'failing', callers: 1 }));
    await sleep(APART_MS);
  }
  await Promise.all(told);
  return calls;
}

const TTL_MS = 1_000;
const PER_SECOND = 2_000;

/** Whether anybody waits for a value that everybody asks for, and what that costs the origin. */
export async function measureHot(forMs: number): Promise<Measurement[]> {
  let calls = 0;
  const origin: Origin = async () => {
    calls++;
    await sleep(LOAD_MS);
    return 'value';
  };
  const cache = { name: 'bench', ttlMs: TTL_MS, refreshBeta: 1, staleWhileRevalidateMs: TTL_MS };
  await using stage = await startStage({ cache }, origin);
  for (const member of stage.members) await member.tell('read', { key: 'hot' });
  calls = 0;
  const order = { key: 'hot', perSecond: PER_SECOND / PROCESSES, forMs };
  const told = await Promise.all(stage.members.map((member) => member.tell('hammer', order)));
  const asked = told.reduce((sum, each) => sum + each.asked, 0);
  if (asked < (0.9 * PER_SECOND * forMs) / 1_000) throw new Error(`only ${asked} reads`);
  const waited = told.reduce((sum, each) => sum + each.waited, 0);
  return [
    { goal: 'cache.shared.hot.waited', value: waited, spread: null },
    { goal: 'cache.shared.hot.loads', value: calls / (forMs / TTL_MS), spread: null },
  ];
}
