/** The load tester: an open-model run against one target, and its figures. @module */
export { mergeStepResults } from './result/merge.ts';
export { type Percentile, percentileOf, type Samples, samplesNeeded } from './result/percentile.ts';
export type { ErrorClass, GeneratorResult, LoadResult, SecondResult, StepResult, Validity } from './result/result.ts';
export { type LoadOptions, type LoadProgress, runLoad } from './run/run-load.ts';
export { type Answer, defineScenario, type RequestSpec, type Scenario, type Step } from './scenario/scenario.ts';
export type { Arrivals } from './schedule/arrivals.ts';
