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
    id: 'rate.half',
    what: 'achieved ÷ target rate at half of what a closed run just before made, precise pacing',
    unit: 'ratio',
    tier: 'quick',
    target: within(0.999, 1.001),
  },
  { id: 'rate.half.target', what: 'the target rate of that run', unit: '1/s', tier: 'quick', target: null },
  {
    id: 'sendlag.precise',
    what: 'send lag at 10,000/s, precise pacing, P99',
    unit: 'µs',
    tier: 'quick',
    target: atMost(100),
  },
  {
    id: 'sendlag.bare',
    what: 'the same rate in a loop of events that sends nothing and only looks at the clock, P99: what the machine leaves',
    unit: 'µs',
    tier: 'quick',
    target: null,
  },
  { id: 'sendlag.eco', what: 'send lag at 5,000/s, eco pacing, P99', unit: 'µs', tier: 'quick', target: atMost(1_500) },
  {
    id: 'sendlag.eco.cpu',
    what: 'the same run: processor time of the whole process, as a share of one core',
    unit: '%',
    tier: 'quick',
    target: atMost(15),
  },
];
