import { type ComparedRun, compareRuns, defineScenario, type LoadResult, runLoad } from '@millrace/load';
import type { Measurement } from '../measurement.ts';
import { startChild } from './child.ts';

const GOAL = 'load.compare.real-false-alarms';
const FIXED_SERVER = new URL('./fixed-server.ts', import.meta.url);
const SCENARIO = defineScenario<null>({
  name: 'keep-alive GET',
  users: 1,
  createUser: () => null,
  steps: [{ name: 'get', weight: 1, build: () => ({ method: 'GET', path: '/' }) }],
});
/** The P99 of a round has ten samples beyond it, and all metrics can tell. */
const ARRIVALS = { kind: 'constant', ratePerSecond: 1_500, durationMs: 700 } as const;
const ROUNDS = 5;
/** A neighbour may hold the generator up in one run; a machine on which it does so again and again tells nothing. */
const ATTEMPTS = 8;

/** How often two sides that are the same server, a fresh process each round, are said to differ, in percent. */
export async function measureRealFalseAlarms(pairs: number): Promise<Measurement> {
  let alarms = 0;
  for (let pair = 0; pair < pairs; pair++) {
    const { verdict } = await comparePair();
    if (verdict === 'worse' || verdict === 'better') alarms += 1;
  }
  return { goal: GOAL, value: (alarms / pairs) * 100, spread: null };
}

/** The sides take turns, and in who begins. */
async function comparePair(): Promise<ReturnType<typeof compareRuns>> {
  const sides: readonly [ComparedRun[], ComparedRun[]] = [[], []];
  for (let round = 0; round < ROUNDS; round++) {
    for (const side of round % 2 === 0 ? [0, 1] : [1, 0]) {
      sides[side as 0 | 1].push({ name: `${side} ${round}`, result: await runFresh() });
    }
  }
  return compareRuns([{ name: SCENARIO.name, before: sides[0], after: sides[1] }]);
}

async function runFresh(): Promise<LoadResult> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    await using server = await startChild<{ port: number }>(FIXED_SERVER);
    const target = `http://127.0.0.1:${server.ready.port}`;
    const result = await runLoad({ target, scenario: SCENARIO, arrivals: ARRIVALS, seed: 1 });
    if (result.validity.verdict === 'valid') return result;
  }
  throw new Error(`the generator could not keep its schedule in any of ${ATTEMPTS} runs`);
}
