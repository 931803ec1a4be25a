import type { LoadGoal } from '../load-goals.ts';
import { atMost, within } from '../target.ts';

/** How well the load tester keeps a rate. */
export const PACING: readonly LoadGoal[] = [
  {
    id: 'rate.100',
    what: 'achieved ÷ target rate at 100/s, precise pacing',
    unit: 'ratio',
    tier: 'quick',
    target: within(0.999, 1.001),
  },
  {
    id: 'rate.1k',
    what: 'achieved ÷ target rate at 1,000/s, precise pacing',
    unit: 'ratio',
    tier: 'quick',
    target: within(0.999, 1.001),
  },
  {
    id: 'rate.10k',
    what: 'achieved ÷ target rate at 10,000/s, precise pacing',
    unit: 'ratio',
    tier: 'quick',
    target: within(0.999, 1.001),
  },
  {
    id: 'sendlag.precise',
    what: 'send lag at 10,000/s, precise pacing, P99',
    unit: 'µs',
    tier: 'quick',
    target: atMost(100),
  },
  { id: 'sendlag.eco', what: 'send lag at 5,000/s, eco pacing, P99', unit: 'µs', tier: 'quick', target: atMost(1_500) },
  {
    id: 'sendlag.eco.cpu',
    what: 'the same run: share of one core that the generator used',
    unit: '%',
    tier: 'quick',
    target: atMost(15),
  },
];
