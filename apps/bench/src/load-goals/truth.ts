import type { LoadGoal } from '../load-goals.ts';
import { atLeast, atMost } from '../target.ts';

/** The load tester's errors where the truth is known. */
export const TRUTH: readonly LoadGoal[] = [
  {
    id: 'delay.5',
    what: 'known delay of 5 ms: worse error of P50 and P99 ÷ what is allowed, the greater of 0.2 ms and 1 %',
    unit: 'ratio',
    tier: 'quick',
    target: atMost(1),
  },
  { id: 'delay.20', what: 'known delay of 20 ms: the same', unit: 'ratio', tier: 'quick', target: atMost(1) },
  { id: 'delay.100', what: 'known delay of 100 ms: the same', unit: 'ratio', tier: 'quick', target: atMost(1) },
  {
    id: 'delay.bare',
    what: 'known delay of 5 ms, asked by a bare socket that is read at once: error of its P99 ÷ 0.2 ms, what the machine leaves',
    unit: 'ratio',
    tier: 'quick',
    target: null,
  },
  {
    id: 'stall.p95',
    what: 'known stall of 1 s in 10 s at 2,000/s: P95 against the stamped truth',
    unit: '% off',
    tier: 'quick',
    target: atMost(2),
  },
  {
    id: 'stall.p99',
    what: 'the same stall: P99 against the stamped truth',
    unit: '% off',
    tier: 'quick',
    target: atMost(2),
  },
  {
    id: 'stall.max',
    what: 'the same stall: maximum against the stamped truth',
    unit: '% off',
    tier: 'quick',
    target: atMost(2),
  },
  {
    id: 'stall.autocannon.p50',
    what: 'such a stall: the P50 that autocannon reports at the same rate, with its default correction; the truth is below 1 ms',
    unit: 'ms',
    tier: 'quick',
    target: null,
  },
  {
    id: 'stall.autocannon.p99',
    what: 'the same stall: the P99 that autocannon reports; the truth is 900 ms',
    unit: 'ms',
    tier: 'quick',
    target: null,
  },
  {
    id: 'overload.p50',
    what: '2,000/s at a service that answers 1,000/s: P50 against the fluid queue',
    unit: '% off',
    tier: 'quick',
    target: atMost(3),
  },
  {
    id: 'overload.p90',
    what: 'the same overload: P90 against the fluid queue',
    unit: '% off',
    tier: 'quick',
    target: atMost(3),
  },
  {
    id: 'validity.hog',
    what: "runs of 3 s at 1,000/s beside a busy loop on the generator's own core: share said to be invalid (25 runs; 2 in the quick tier)",
    unit: '%',
    tier: 'quick',
    target: atLeast(95),
  },
  {
    id: 'validity.quiet',
    what: 'the same runs without the busy loop: share said to be invalid',
    unit: '%',
    tier: 'quick',
    target: atMost(1),
  },
];
