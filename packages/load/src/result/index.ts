/** What a run found: its result, and how its figures are read and added. @module */
export { type AnsweredTimes, answeredWithin } from './answered.ts';
export { toFlowResult } from './flow-result.ts';
export { describeMachine, type Machine } from './machine.ts';
export { mergeStepResults } from './merge.ts';
export { type Percentile, percentileOf, type Samples, samplesNeeded } from './percentile.ts';
export type {
  CheckResult,
  CutOffTimes,
  ErrorClass,
  FailureReason,
  FlowResult,
  GeneratorResult,
  GeneratorWindow,
  LatenessTimes,
  LoadResult,
  LoadSetup,
  SecondResult,
  SettlingResult,
  StepResult,
  WindowTimes,
} from './result.ts';
export { remarksOf, type ServiceRemark } from './service-remark.ts';
export { isSlower, SLOWEST_KEPT, type SlowRequest } from './slow-request.ts';
export { responseTimesOf, serviceTimesOf } from './times.ts';
export type { Validity, ValidityCode, ValidityReason } from './validity-reason.ts';
export { OTHER_CHECKS, OTHER_REASONS, wholeRows } from './whole-rows.ts';
