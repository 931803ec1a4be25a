import type { EvictionPolicy } from 'millrace/cache';
import { type Measurement, overRounds } from '../measurement.ts';
import { optimalHits } from './optimal.ts';
import { REFERENCES } from './reference-policies.ts';
import { createSubject } from './subject.ts';
import { createWorkloads, type Workload } from './workloads.ts';

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
    for (const policy of policies) ratios[policy] = percent(hitsOfSubject(workload, policy, seed));
    for (const [reference, create] of Object.entries(REFERENCES)) {
      const cache = create(capacity);
      ratios[reference] = percent(keys.reduce((hits, key) => hits + Number(cache.ask(key)), 0));
    }
    if (withOptimum) ratios.OPT = percent(optimalHits(keys, capacity));
    return { workload: name, ratios };
  });
}

function hitsOfSubject({ capacity, keys }: Workload, eviction: EvictionPolicy, seed: number): number {
  const cache = createSubject(capacity, { eviction, seed });
  let hits = 0;
  for (const id of keys) {
    const key = `key:${id}`;
    if (cache.get(key) === true) hits++;
    else void cache.set(key, true);
  }
  return hits;
}

/**
 * `adaptive` against the best fixed policy by mean, and against LRU on the workload where it does worst beside it. Each
 * round has a seed of its own, for the workloads and for what the policy leaves to chance; the worst is that of all rounds.
 */
export function measureHitRatios(rounds: number): Measurement[] {
  const simulated = Array.from({ length: rounds }, (_, round) => simulate(round + 1, ['adaptive'], false));
  const means = simulated.map(meansOf);
  const best = Object.keys(REFERENCES).reduce((a, b) => (sumOf(means, b) > sumOf(means, a) ? b : a));
  const worst = simulated.map((round) => Math.min(...round.map(({ ratios }) => ratios.adaptive! - ratios.LRU!)));
  return [
    {
      ...overRounds(
        'cache.hit-ratio.mean',
        means.map((mean) => mean.adaptive! - mean[best]!),
      ),
      peer: { name: best, version: 'as its paper has it', value: sumOf(means, best) / rounds },
    },
    { ...overRounds('cache.hit-ratio.worst', worst), value: Math.min(...worst) },
  ];
}

/** By policy: the mean over all workloads. */
function meansOf(simulated: readonly WorkloadRatios[]): Record<string, number> {
  const policies = Object.keys(simulated[0]!.ratios);
  return Object.fromEntries(
    policies.map((policy) => [
      policy,
      simulated.reduce((sum, { ratios }) => sum + ratios[policy]!, 0) / simulated.length,
    ]),
  );
}

function sumOf(means: readonly Readonly<Record<string, number>>[], policy: string): number {
  return means.reduce((sum, mean) => sum + mean[policy]!, 0);
}
