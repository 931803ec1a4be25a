import { defineScenario, runLoad } from '@millrace/load';
import { type Measurement, overRounds } from '../measurement.ts';
import { startChild } from './child.ts';

const SCENARIO = defineScenario<null>({
  name: 'keep-alive GET',
  users: 1,
  createUser: () => null,
  steps: [{ name: 'get', weight: 1, build: () => ({ method: 'GET', path: '/' }) }],
});

/** What was sent within the sending window, against what was planned for it. */
export async function measureRate(
  goal: string,
  ratePerSecond: number,
  rounds: number,
  durationMs: number,
): Promise<Measurement> {
  await using server = await startChild<{ port: number }>(new URL('./fixed-server.ts', import.meta.url));
  const target = `http://127.0.0.1:${server.ready.port}`;
  const ratios: number[] = [];
  for (let seed = 1; seed <= rounds; seed++) {
    const arrivals = { kind: 'constant', ratePerSecond, durationMs } as const;
    const { achievedRatio } = await runLoad({ target, scenario: SCENARIO, arrivals, seed });
    ratios.push(achievedRatio);
  }
  return overRounds(goal, ratios);
}
