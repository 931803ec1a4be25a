import type { CapacitySpec } from '@millrace/load/prove';
import { everyUserOnce, tokenMix } from './scenarios.ts';
import type { TraderPool } from './trader.ts';

const WARM_UP_MS = 1_000;

/** How many requests a second an arm takes: the mix without its logins, whose hashing would be all that is measured. */
export function proofCapacities(pool: TraderPool): readonly CapacitySpec[] {
  return [
    {
      id: 'tokens',
      label: { en: 'mix with tokens', 'zh-CN': '持令牌的混合负载' },
      slo: { p99Ms: 200, errorShare: 0.001 },
      // Each arm should hold it; slower, a step would take longer for its P99 than for anything else.
      startPerSecond: 25,
      maxPerSecond: 20_000,
      warmUp: [
        {
          id: 'first sights',
          scenario: everyUserOnce(pool),
          arrivals: { kind: 'constant', ratePerSecond: pool.size, durationMs: WARM_UP_MS },
        },
      ],
      stream: (arrivals) => ({ id: 'tokens', scenario: tokenMix(pool), arrivals }),
    },
  ];
}
