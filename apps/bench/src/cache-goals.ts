import type { Goal } from './goals.ts';
import { atLeast, atMost } from './target.ts';

/** Goals of the cache, without the prefix of their ids. */
export const CACHE: readonly Omit<Goal, 'area'>[] = [
  {
    id: 'get.lru',
    what: 'get of a held value, 10,000 keys by Zipf’s law (0.99), time to live on, gets/s ÷ lru-cache',
    unit: 'ratio',
    tier: 'quick',
    target: atLeast(0.8),
  },
  {
    id: 'memory.entry',
    what: 'memory of an entry beyond key and value, 100,000 entries, time to live, adaptive policy and one tag of a thousand (lru-cache: no tag)',
    unit: 'B',
    tier: 'quick',
    target: atMost(100),
  },
  {
    id: 'hit-ratio.mean',
    what: 'hit ratio of the adaptive policy, mean over nine synthetic workloads, less that of the best fixed policy of FIFO, LRU, SIEVE, S3-FIFO, W-TinyLFU',
    unit: 'points',
    tier: 'quick',
    target: atLeast(0),
  },
  {
    id: 'hit-ratio.worst',
    what: 'the same less that of LRU, on the workload where the adaptive policy does worst beside it',
    unit: 'points',
    tier: 'quick',
    target: atLeast(-1),
  },
  {
    id: 'put.p999',
    what: 'put into a full cache of 100,000 values, adaptive policy, P99.9',
    unit: 'ms',
    tier: 'quick',
    target: atMost(0.2),
  },
  {
    id: 'policy.cost',
    what: 'get with put of a miss at 100,000 of a million keys by Zipf’s law (0.99), time under adaptive ÷ under lru',
    unit: 'ratio',
    tier: 'quick',
    target: atMost(1.5),
  },
];
