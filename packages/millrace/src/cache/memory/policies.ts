import type { Random } from '../../core/index.ts';
import { Adaptive } from './adaptive.ts';
import { Lfu } from './lfu.ts';
import type { Policy } from './policy.ts';
import { Fifo, Lru } from './queues.ts';

/** Names of the policies. */
export type PolicyName = 'adaptive' | 'lru' | 'lfu' | 'fifo';

const POLICIES: Readonly<Record<PolicyName, (random: Random) => Policy>> = {
  adaptive: (random) => new Adaptive(random),
  lru: () => new Lru(),
  lfu: () => new Lfu(),
  fifo: () => new Fifo(),
};

export const POLICY_NAMES: readonly PolicyName[] = Object.keys(POLICIES) as PolicyName[];

export function createPolicy(name: PolicyName, random: Random): Policy {
  return POLICIES[name](random);
}
