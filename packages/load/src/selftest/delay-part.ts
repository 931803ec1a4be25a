import { Histogram } from 'millrace/core';
import { runLoad } from '../run/index.ts';
import { defineScenario, type Scenario, type Step } from '../scenario/index.ts';
import { differenceCheck, type PartFinding, type SelfTestGround, timeMs } from './check.ts';

const DELAYS_MS = [5, 20, 100] as const;
const FIGURES = ['p50', 'p99'] as const;
/** So many a second that each delay has the 1,000 samples of a P99, in the time of each tier. */
const PLANS = {
  full: { ratePerSecond: 600, durationMs: 10_000 },
  quick: { ratePerSecond: 900, durationMs: 4_000 },
} as const;
/** What a delay may be missed by: so much in itself, or as a share. */
const GOAL_MS = 0.2;
const GOAL_SHARE = 0.01;

/** Response times of answers that the server holds back for a known time, beside what its own clock says of that time. */
export async function measureDelays({ target, isQuick, seed, signal }: SelfTestGround): Promise<PartFinding> {
  const held = new Map(DELAYS_MS.map((delayMs) => [delayMs, new Histogram()]));
  const { total, steps, validity } = await runLoad({
    ...{ target, seed, pacing: 'precise', scenario: delayed(held) },
    arrivals: { kind: 'constant', ...(isQuick ? PLANS.quick : PLANS.full) },
    // Enough for all that are under way, so that none waits for another.
    ...{ maxConnections: 256, ...(signal && { signal }) },
  });
  const ends = { part: 'delay', condition: Math.max(...DELAYS_MS), figure: 'samples' } as const;
  const checks = [...held].flatMap(([delayMs, times]) => {
    const measuredTimes = steps[`${delayMs}`]?.responseTimeUs ?? new Histogram().snapshot();
    return FIGURES.map((figure) => {
      const [measured, truth] = [timeMs(measuredTimes, figure), timeMs(times.snapshot(), figure)];
      return differenceCheck({ part: 'delay', condition: delayMs, figure, measured, truth }, 'ms', delayGoalMs(truth));
    });
  });
  const whole = differenceCheck({ ...ends, measured: total.ok, truth: total.responseTimeUs.count }, 'count', 0);
  return { checks: [...checks, whole], validities: [validity] };
}

/** By how many milliseconds a known delay may be missed. */
export function delayGoalMs(truthMs: number): number {
  return Math.max(GOAL_MS, GOAL_SHARE * truthMs);
}

function delayed(held: ReadonlyMap<number, Histogram>): Scenario<void> {
  const steps = [...held].map(
    ([delayMs, times]): Step<void> => ({
      ...{ name: `${delayMs}`, weight: 1, build: () => ({ method: 'GET', path: `/delay/${delayMs}` }) },
      onAnswer: ({ headers }) => times.record(Number(headers['x-held-us'])),
    }),
  );
  return defineScenario<void>({ name: 'known delays', users: 1, createUser: () => undefined, steps });
}
