/** The highest rate that holds an SLO, found by stepped search. @module */
export { type FindMaxOptions, type FoundMax, findMax, findMaxTime } from './find-max.ts';
export { type LadderOptions, searchMs, stepDurationMs } from './ladder.ts';
export { type LoadStepOptions, runLoadStep } from './load-step.ts';
export { comesToRest, PROBE_ARRIVALS, type RestOptions } from './rest.ts';
export {
  type Capacity,
  type CapacityOptions,
  type CapacityStep,
  checkCapacity,
  findCapacity,
  type SearchLimit,
  type StepPlan,
} from './search.ts';
export { afterStepMs, LIMIT_MARGIN, longestAfterStepMs, type SearchTime } from './search-time.ts';
export type { Slo, StepMeasurement, StepOutcome } from './slo.ts';
export { parseSlo } from './slo-text.ts';
