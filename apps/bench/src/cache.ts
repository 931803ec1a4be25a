import { measureEntry, measureGet, measurePolicy, measurePut } from './cache/costs.ts';
import { measureHitRatios } from './cache/hit-ratio.ts';
import type { Measurement } from './measurement.ts';
import { measureParts, type Part } from './parts.ts';

/** The parts of the cache area, each with its goals. */
export function cacheParts(quick: boolean): Part[] {
  const rounds = quick ? 3 : 7;
  return [
    { goals: ['cache.get.lru'], measure: () => measureGet(rounds) },
    { goals: ['cache.memory.entry'], measure: () => measureEntry(quick ? 1 : 3) },
    { goals: ['cache.hit-ratio.mean', 'cache.hit-ratio.worst'], measure: measureHitRatios },
    { goals: ['cache.put.p999'], measure: () => measurePut(rounds) },
    { goals: ['cache.policy.cost'], measure: () => measurePolicy(rounds) },
  ];
}

/** The cache's goals: its price beside its peer's, what it meets of synthetic workloads, and what it takes. */
export function measureCache(quick: boolean): Promise<readonly Measurement[]> {
  return measureParts(cacheParts(quick));
}
