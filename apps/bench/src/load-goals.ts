import type { Goal } from './goals.ts';
import { FOOTPRINT } from './load-goals/footprint.ts';
import { PACING } from './load-goals/pacing.ts';
import { PRICE } from './load-goals/price.ts';
import { TRUTH } from './load-goals/truth.ts';
import { VERDICTS } from './load-goals/verdicts.ts';

/** A goal of the load tester, without the prefix of its id. */
export type LoadGoal = Omit<Goal, 'area'>;

/** Goals of the load tester, measured in both tiers but for those that say otherwise. */
export const LOAD: readonly LoadGoal[] = [...PRICE, ...PACING, ...TRUTH, ...FOOTPRINT, ...VERDICTS];
