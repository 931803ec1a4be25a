import { CACHE_FAULTS } from '@millrace/tests/cache-drills';
import type { Goal } from './goals.ts';
import { atMost, type Target } from './target.ts';

/** Faults that the quick tier does. */
export const QUICK_CACHE_FAULTS: readonly string[] = ['down', 'silent', 'full', 'flushed'];

/** What the longest wait of a read is held to, in milliseconds: 20 for each question to Redis, and a stall of the machine. */
const WORST_READ_MS = 250;
/** Once Redis is well, the cache is within this, in milliseconds. */
const RECOVERY_MS = 5_000;

/** Goals of the cache while something happens to Redis: each figure the worst of three moments, before the start, idle and under load. */
export const CACHE_FAULT_GOALS: readonly Goal[] = CACHE_FAULTS.flatMap(({ id, what }) => {
  const goal = (name: string, figure: string, unit: string, target: Target | null): Goal => ({
    ...{ id: `cache.fault.${id}.${name}`, area: 'cache-faults', what: `${what}: ${figure}`, unit, target },
    tier: QUICK_CACHE_FAULTS.includes(id) ? 'quick' : 'full',
  });
  return [
    goal('stale', 'old answers', 'answers', atMost(0)),
    goal('failed', 'reads failed', 'reads', atMost(0)),
    goal('worst', 'longest wait of a read, origin included', 'ms', atMost(WORST_READ_MS)),
    goal('recovery', 'shared again, and every invalidation delivered, after its end', 'ms', atMost(RECOVERY_MS)),
    goal('attempts', 'attempts to connect, a second and process', '1/s', null),
  ];
});
