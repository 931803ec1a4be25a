import type { HistogramSnapshot } from 'millrace/core';
import { runLoad } from '../run/index.ts';
import { differenceCheck, type PartFinding, type SelfTestGround, shareCheck, timeMs } from './check.ts';
import { getScenario } from './plain-scenario.ts';

/** How many answers the built-in server gives a second. */
export const CAPACITY_PER_SECOND = 1_000;

const OFFERED_PER_SECOND = 2_000;
const DURATIONS_MS = { full: 10_000, quick: 2_000 } as const;
const GOAL_SHARE = 0.03;
const QUANTILES = { p50: 0.5, p90: 0.9 } as const;

/**
 * Response times of a server that is offered twice what it can do, beside those of a fluid queue (Kleinrock 1976,
 * chapter 2): who comes at t waits t × (offered ÷ capacity − 1), so with arrivals even in time the quantile q of the
 * waits is that of the whole time.
 */
export async function measureOverload({ target, isQuick, seed, signal }: SelfTestGround): Promise<PartFinding> {
  const durationMs = isQuick ? DURATIONS_MS.quick : DURATIONS_MS.full;
  const { total, validity } = await runLoad({
    ...{ target, seed, scenario: getScenario('/slot') },
    arrivals: { kind: 'constant', ratePerSecond: OFFERED_PER_SECOND, durationMs },
    // Some always wait at the server, even while its timers are late; the rest waits here.
    ...{ maxConnections: 256, drainMs: 2 * durationMs + 5_000, ...(signal && { signal }) },
  });
  return { checks: overloadChecks(total.responseTimeUs, total.ok, durationMs), validities: [validity] };
}

export function overloadChecks(times: HistogramSnapshot, ok: number, durationMs: number): PartFinding['checks'] {
  const condition = OFFERED_PER_SECOND;
  const longestMs = durationMs * (OFFERED_PER_SECOND / CAPACITY_PER_SECOND - 1);
  const figures = Object.entries(QUANTILES) as [keyof typeof QUANTILES, number][];
  const planned = (OFFERED_PER_SECOND * durationMs) / 1_000;
  return [
    ...figures.map(([figure, quantile]) => {
      const [measured, truth] = [timeMs(times, figure), longestMs * quantile];
      return shareCheck({ part: 'overload', condition, figure, measured, truth }, GOAL_SHARE);
    }),
    differenceCheck({ part: 'overload', condition, figure: 'samples', measured: ok, truth: planned }, 'count', 0),
  ];
}
