import type { Goal } from './goals.ts';
import { atLeast, atMost } from './target.ts';

const HITS = 'awaited getOrSet of a held value, default options, hits/s';

/** Goals of the cache, without the prefix of their ids. */
export const CACHE: readonly Omit<Goal, 'area'>[] = [
  {
    id: 'get.lru',
    what: 'get of a held value, 10,000 keys by Zipf’s law (0.99), time to live, a tag and statistics on, policy lru, gets/s ÷ lru-cache with a time to live',
    unit: 'ratio',
    tier: 'quick',
    target: atLeast(0.8),
  },
  {
    id: 'get.adaptive',
    what: 'the same under the default policy, adaptive',
    unit: 'ratio',
    tier: 'quick',
    target: atLeast(0.8),
  },
  {
    id: 'get.turns',
    what: 'the same with a turn of the event loop after every ten gets, in both',
    unit: 'ratio',
    tier: 'quick',
    target: null,
  },
  { id: 'get-or-set.bentocache', what: `${HITS} ÷ bentocache`, unit: 'ratio', tier: 'quick', target: atLeast(6) },
  { id: 'get-or-set.cacheable', what: `${HITS} ÷ cacheable`, unit: 'ratio', tier: 'quick', target: atLeast(25) },
  {
    id: 'get-or-set.async-cache-dedupe',
    what: `${HITS} ÷ async-cache-dedupe`,
    unit: 'ratio',
    tier: 'quick',
    target: atLeast(2.5),
  },
  { id: 'get-or-set.time', what: 'the same, time of one hit', unit: 'ns', tier: 'quick', target: atMost(150) },
  {
    id: 'tags.cost',
    what: 'the same with three tags on each value, time ÷ without tags',
    unit: 'ratio',
    tier: 'quick',
    target: atMost(1.3),
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
    what: 'the same less that of LRU, on the workload where the adaptive policy does worst beside it, the worst of all rounds',
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
  {
    id: 'races.broken',
    what: 'seeded interleavings of loads, invalidations, cuts, failovers, losses and time in three processes (100,000; 2,000 in the quick tier): those in which an old value was given after its invalidation',
    unit: 'races',
    tier: 'quick',
    target: atMost(0),
  },
];
