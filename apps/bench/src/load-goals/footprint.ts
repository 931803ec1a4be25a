import type { LoadGoal } from '../load-goals.ts';
import { atMost, within } from '../target.ts';

/** What the load tester takes: memory, and the time to open its connections and to end. */
export const FOOTPRINT: readonly LoadGoal[] = [
  {
    id: 'websocket.open',
    what: '10,000 WebSockets, each opened and acknowledged',
    unit: 's',
    tier: 'quick',
    target: atMost(10),
  },
  {
    id: 'websocket.memory',
    what: '10,000 open WebSockets, growth of memory for each after the first 500, garbage collected',
    unit: 'KB',
    tier: 'quick',
    target: atMost(10),
  },
  {
    id: 'memory.start',
    what: 'resident memory of a process that has sent its first request by the built library, without the command',
    unit: 'MB',
    tier: 'quick',
    target: atMost(90),
  },
  {
    id: 'memory.command',
    what: 'resident memory of the whole built command a second into its run at 500/s',
    unit: 'MB',
    tier: 'quick',
    target: null,
  },
  {
    id: 'memory.connection',
    what: '5,000 HTTP connections with a request under way, growth of memory for each after the first 1,000, garbage collected',
    unit: 'KB',
    tier: 'quick',
    target: atMost(6),
  },
  {
    id: 'memory.flat',
    what: 'growth of memory between 20 % and 95 % of the recorded samples of one run (10^8; 5 × 10^6 in the quick tier)',
    unit: 'MB',
    tier: 'quick',
    target: within(-5, 5),
  },
  {
    id: 'interrupt',
    what: 'from the SIGINT at the built command to the end of its printed report, service answers',
    unit: 's',
    tier: 'quick',
    target: atMost(1),
  },
  {
    id: 'interrupt.silent',
    what: 'from the SIGINT at the built command to the end of its printed report, service does not answer',
    unit: 's',
    tier: 'quick',
    target: atMost(1),
  },
];
