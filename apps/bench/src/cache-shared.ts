import { measureBlackHole } from './cache/shared/black-hole.ts';
import { measureCut } from './cache/shared/cut.ts';
import { measureInvalidation } from './cache/shared/invalidation.ts';
import { measureCold, measureFailing, measureHot } from './cache/shared/loads.ts';
import { measureTagChurn } from './cache/shared/tag-churn.ts';
import type { Part } from './parts.ts';

const goals = (...names: readonly string[]): readonly string[] => names.map((name) => `cache.shared.${name}`);

/** The parts of the cache area that need several processes and a Redis, each with its goals. */
export function cacheSharedParts(quick: boolean): Part[] {
  const rounds = quick ? 1 : 5;
  const quickParts: Part[] = [
    {
      goals: goals('invalidation.p50', 'invalidation.p99', 'invalidation.lost'),
      measure: () => measureInvalidation(rounds, quick ? 5 : 20),
    },
    { goals: goals('cut.stale', 'cut.kept', 'cut.recovery'), measure: () => measureCut(quick ? 2_000 : 10_000) },
    { goals: goals('cold.loads', 'cold.loads.killed', 'cold.loads.alone'), measure: () => measureCold(rounds) },
    { goals: goals('failing.concurrent', 'failing.window'), measure: () => measureFailing(rounds) },
    { goals: goals('black-hole.first', 'black-hole.p99'), measure: () => measureBlackHole(rounds) },
    { goals: goals('hot.waited', 'hot.loads'), measure: () => measureHot(quick ? 10_000 : 60_000) },
  ];
  const fullParts: Part[] = [{ goals: goals('tags.memory', 'tags.heap'), measure: measureTagChurn }];
  return quick ? quickParts : [...quickParts, ...fullParts];
}
