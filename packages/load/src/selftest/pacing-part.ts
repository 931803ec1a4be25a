import type { LoadResult } from '../result/index.ts';
import { runLoad } from '../run/index.ts';
import {
  differenceCheck,
  type PartFinding,
  type SelfTestCheck,
  type SelfTestGround,
  shareCheck,
  timeMs,
} from './check.ts';
import { getScenario } from './plain-scenario.ts';

type Pacing = 'precise' | 'eco';

interface PacingPlan {
  readonly pacing: Pacing;
  readonly ratePerSecond: number;
}

const PLANS: readonly PacingPlan[] = [
  { pacing: 'precise', ratePerSecond: 100 },
  { pacing: 'precise', ratePerSecond: 1_000 },
  { pacing: 'precise', ratePerSecond: 10_000 },
  { pacing: 'eco', ratePerSecond: 5_000 },
];
const DURATIONS_MS = { full: 10_000, quick: 2_000 } as const;
const ACHIEVED_GOAL = 0.001;
/** Each way of pacing is judged at one rate. */
const LAG_GOALS = {
  precise: { ratePerSecond: 10_000, goalsMs: { p99: 0.1, 'p99.9': 1 } },
  eco: { ratePerSecond: 5_000, goalsMs: { p99: 1.5 } },
} as const;

/** What share of the planned requests went out in time, and how late they did. */
export async function measurePacing({ target, isQuick, seed, signal }: SelfTestGround): Promise<PartFinding> {
  const durationMs = isQuick ? DURATIONS_MS.quick : DURATIONS_MS.full;
  const checks: SelfTestCheck[] = [];
  const validities: PartFinding['validities'][number][] = [];
  for (const plan of PLANS) {
    if (signal?.aborted === true) break;
    const { pacing, ratePerSecond } = plan;
    const result = await runLoad({
      ...{ target, seed, pacing, scenario: getScenario('/') },
      arrivals: { kind: 'constant', ratePerSecond, durationMs },
      ...(signal && { signal }),
    });
    checks.push(...pacingChecks(plan, result));
    validities.push(result.validity);
  }
  return { checks, validities };
}

export function pacingChecks({ pacing, ratePerSecond }: PacingPlan, result: PacedResult): SelfTestCheck[] {
  const condition = ratePerSecond;
  const achieved = { part: 'pacing', condition, figure: 'achieved', measured: result.achievedRatio, truth: 1 } as const;
  const { sendLagUs } = result.generator;
  const { ratePerSecond: judgedAt, goalsMs } = LAG_GOALS[pacing];
  const goals = judgedAt === ratePerSecond ? (Object.entries(goalsMs) as ['p99' | 'p99.9', number][]) : [];
  const lags = goals.map(([figure, goalMs]) => {
    const measured = timeMs(sendLagUs, figure);
    return differenceCheck({ part: `lag-${pacing}`, condition, figure, measured, truth: 0 }, 'ms', goalMs);
  });
  return pacing === 'precise' ? [shareCheck(achieved, ACHIEVED_GOAL), ...lags] : lags;
}

type PacedResult = Pick<LoadResult, 'achievedRatio'> & {
  readonly generator: Pick<LoadResult['generator'], 'sendLagUs'>;
};
