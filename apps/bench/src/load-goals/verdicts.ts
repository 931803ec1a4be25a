import type { LoadGoal } from '../load-goals.ts';
import { atLeast, atMost } from '../target.ts';

const NOISE =
  'log-normal times, P99 twice P50, rounds of 2,000 requests whose level varies by 5 % (standard deviation) from process to process: twenty rounds range over about 19 %';

/** What the load tester concludes from its figures: comparisons, percentiles, searches. */
export const VERDICTS: readonly LoadGoal[] = [
  {
    id: 'compare.false-alarms',
    what: `200 simulated comparisons of equal services, ten rounds a side, that call any metric better or worse (${NOISE})`,
    unit: '%',
    tier: 'quick',
    target: atMost(5),
  },
  {
    id: 'compare.found-p50',
    what: 'simulated comparisons of ten rounds a side, the same noise, that find a planted 10 % shift of all times in the P50',
    unit: '%',
    tier: 'quick',
    target: atLeast(90),
  },
  {
    id: 'compare.found-p99',
    what: 'simulated comparisons of ten rounds a side, the same noise, that find a planted 20 % shift of the slowest 2 % in the P99',
    unit: '%',
    tier: 'quick',
    target: atLeast(90),
  },
  {
    id: 'compare.real-false-alarms',
    what: '20 real comparisons of a server with itself, five rounds a side in turns, each round a fresh process, that call any metric better or worse',
    unit: '%',
    tier: 'full',
    target: atMost(5),
  },
  {
    id: 'percentile.error',
    what: 'largest error of twelve percentiles, P0.1 to the maximum, of 10^6 log-normal times recorded by eight and merged, against an exact sort',
    unit: '%',
    tier: 'quick',
    target: atMost(0.1),
  },
  {
    id: 'find-max.error',
    what: '`find-max` against a token bucket of a known rate in another process: the rate found against the known one',
    unit: '% off',
    tier: 'quick',
    target: atMost(5),
  },
  { id: 'find-max.time', what: 'the same searches, how long one takes', unit: 's', tier: 'quick', target: atMost(90) },
];
