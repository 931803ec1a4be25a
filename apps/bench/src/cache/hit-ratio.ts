import type { EvictionPolicy } from 'millrace/cache';
import type { Measurement } from '../measurement.ts';
import { optimalHits } from './optimal.ts';
import { REFERENCES } from './reference-policies.ts';
import { createSubject } from './subject.ts';
import { createWorkloads, type Workload } from './workloads.ts';

const SEED = 20_260_101;

/** Hit ratios in percent on one workload, by policy; ours by their own names. */
export interface WorkloadRatios {
  readonly workload: string;
  readonly ratios: Readonly<Record<string, number>>;
}

/** All policies on all workloads. Nothing here depends on the machine: equal seeds, equal ratios. */
export function simulate(seed: number, policies: readonly EvictionPolicy[], withOptimum: boolean): WorkloadRatios[] {
  return createWorkloads(seed).map((workload) => {
    const { name, capacity, keys } = workload;
    const percent = (hits: number): number => (100 * hits) / keys.length;
    const ratios: Record<string, number> = {};
    for (const policy of policies) ratios[policy] = percent(hitsOfSubject(workload, policy));
    for (const [reference, create] of Object.entries(REFERENCES)) {
      const cache = create(capacity);
      ratios[reference] = percent(keys.reduce((hits, key) => hits + Number(cache.ask(key)), 0));
    }
    if (withOptimum) ratios.OPT = percent(optimalHits(keys, capacity));
    return { workload: name, ratios };
  });
}

function hitsOfSubject({ capacity, keys }: Workload, policy: EvictionPolicy): number {
  const cache = createSubject(capacity, policy);
  let hits = 0;
  for (const id of keys) {
    const key = `key:${id}`;
    if (cache.get(key) === true) hits++;
    else void cache.set(key, true);
  }
  return hits;
}

/** `adaptive` against the best fixed policy by mean, and against LRU where it does worst beside it. */
export function measureHitRatios(): Measurement[] {
  const simulated = simulate(SEED, ['adaptive'], false).map(({ ratios }) => ratios);
  const meanOf = (policy: string): number => simulated.reduce((sum, one) => sum + one[policy]!, 0) / simulated.length;
  const best = Object.keys(REFERENCES).reduce((a, b) => (meanOf(b) > meanOf(a) ? b : a));
  const differences = simulated.map((one) => one.adaptive! - one.LRU!);
  const only = { spread: null } as const;
  return [
    {
      ...{ goal: 'cache.hit-ratio.mean', value: meanOf('adaptive') - meanOf(best), ...only },
      peer: { name: best, version: 'as its paper has it', value: meanOf(best) },
    },
    { goal: 'cache.hit-ratio.worst', value: Math.min(...differences), ...only },
  ];
}
