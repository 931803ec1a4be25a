import { differenceCheck, type PartFinding, type SelfTestGround, shareCheck } from './check.ts';
import { type KnownStall, measureKnownStall } from './known-stall.ts';

const GOAL_SHARE = 0.02;
const RATE_PER_SECOND = 2_000;
const PLANS = {
  full: { durationMs: 10_000, stallMs: 1_000 },
  quick: { durationMs: 3_000, stallMs: 500 },
} as const;

/** Response times around a stall, beside the server's own stamps of when it answered. */
export async function measureStall({ isQuick, seed, signal }: SelfTestGround): Promise<PartFinding> {
  const plan = isQuick ? PLANS.quick : PLANS.full;
  const found = await measureKnownStall({ ratePerSecond: RATE_PER_SECOND, ...plan, seed, ...(signal && { signal }) });
  const planned = (RATE_PER_SECOND * plan.durationMs) / 1_000;
  return { checks: stallChecks(found, plan.stallMs, planned), validities: [found.result.validity] };
}

/** The median lies outside the stall, where times are too short for a share of them to mean anything. */
export function stallChecks(
  { figures, result }: KnownStall,
  condition: number,
  planned: number,
): PartFinding['checks'] {
  const times = figures.filter(({ name }) => name !== 'p50');
  const { count } = result.total.responseTimeUs;
  return [
    ...times.map(({ name, measuredUs, trueUs }) => {
      const [measured, truth] = [measuredUs / 1_000, trueUs / 1_000];
      return shareCheck({ part: 'stall', condition, figure: name, measured, truth }, GOAL_SHARE);
    }),
    differenceCheck({ part: 'stall', condition, figure: 'samples', measured: count, truth: planned }, 'count', 0),
  ];
}
