import { measureAwaited, measureEntry, measureGet, measurePolicy, measurePut } from './cache/costs.ts';
import { measureHitRatios } from './cache/hit-ratio.ts';
import { measureRaces } from './cache/races.ts';
import { cacheSharedParts } from './cache-shared.ts';
import type { Measurement } from './measurement.ts';
import { measureParts, type Part } from './parts.ts';

/** The parts of the cache area, each with its goals. */
export function cacheParts(quick: boolean): Part[] {
  const rounds = quick ? 3 : 7;
  return [
    { goals: ['cache.get.lru', 'cache.get.adaptive', 'cache.get.turns'], measure: () => measureGet(rounds) },
    {
      goals: [
        'cache.get-or-set.bentocache',
        'cache.get-or-set.cacheable',
        'cache.get-or-set.async-cache-dedupe',
        'cache.get-or-set.time',
        'cache.tags.cost',
      ],
      measure: () => measureAwaited(rounds),
    },
    { goals: ['cache.memory.entry'], measure: () => measureEntry(quick ? 1 : 5) },
    { goals: ['cache.hit-ratio.mean', 'cache.hit-ratio.worst'], measure: () => measureHitRatios(quick ? 1 : 5) },
    { goals: ['cache.put.p999'], measure: () => measurePut(rounds) },
    { goals: ['cache.policy.cost'], measure: () => measurePolicy(rounds) },
    { goals: ['cache.races.broken'], measure: () => measureRaces(quick ? 2_000 : 100_000) },
  ];
}

/** The cache's goals: its price beside its peers', what it meets of synthetic workloads, what it takes, and what it keeps. */
export function measureCache(quick: boolean): Promise<readonly Measurement[]> {
  return measureParts([...cacheParts(quick), ...cacheSharedParts(quick)]);
}
