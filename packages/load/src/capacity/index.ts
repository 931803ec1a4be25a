/** The highest rate that holds an SLO, found by stepped search. @module */
export { type LoadStepOptions, runLoadStep } from './load-step.ts';
export {
  type Capacity,
  type CapacityOptions,
  type CapacityStep,
  checkCapacity,
  findCapacity,
  type SearchLimit,
  type StepPlan,
  stepDurationMs,
} from './search.ts';
export type { Slo, StepMeasurement, StepOutcome } from './slo.ts';
