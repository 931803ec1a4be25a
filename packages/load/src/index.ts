/** The load tester: an open-model run against one target, and its figures. @module */
export type * from './capacity/index.ts';
export { findCapacity, findMax, findMaxTime, parseSlo, runLoadStep } from './capacity/index.ts';
export type * from './compare/index.ts';
export {
  COMPARE_ERRORS,
  compareRuns,
  detectWarmUp,
  holmAdjust,
  mannWhitney,
  streamsOfArms,
} from './compare/index.ts';
export { LOAD_ERRORS, type LoadErrorCode } from './errors.ts';
export {
  type CsvFeedOptions,
  type CsvRow,
  FEEDER_ERRORS,
  type Feeder,
  type FeederErrorCode,
  type FeedOptions,
  type FeedStrategy,
  type FileFeedOptions,
  feedCsv,
  feedJson,
  feedList,
} from './feeder/index.ts';
export type * from './flow/index.ts';
export { defineScenario, FLOW_ERRORS, loadScenario } from './flow/index.ts';
export type * from './journal/index.ts';
export { createJournal, JOURNAL_ERRORS, readJournal } from './journal/index.ts';
export type * from './result/index.ts';
export {
  describeMachine,
  mergeStepResults,
  percentileOf,
  remarksOf,
  responseTimesOf,
  samplesNeeded,
  serviceTimesOf,
} from './result/index.ts';
export {
  type ClosedOptions,
  type CommonOptions,
  type EngineOptions,
  type KnownStall,
  type KnownStallFigure,
  type KnownStallOptions,
  type LoadModel,
  type LoadOptions,
  type LoadProgress,
  measureKnownStall,
  runClosed,
  runLoad,
  type TlsOptions,
} from './run/index.ts';
export {
  type Answer,
  type BodySource,
  fileBody,
  type RequestSpec,
  type Scenario,
  type Step,
} from './scenario/index.ts';
export type { Arrivals, RateShape } from './schedule/index.ts';
export { maskSecrets } from './secrets/index.ts';
export type * from './sse/index.ts';
export { createEventStreamParser, SSE_ERRORS } from './sse/index.ts';
export {
  type JudgedResult,
  judgeThresholds,
  parseThreshold,
  type Threshold,
  type ThresholdOutcome,
} from './thresholds/index.ts';
export type * from './websocket/index.ts';
export { createWebSocketClient, WEBSOCKET_ERRORS } from './websocket/index.ts';
export type * from './worker/index.ts';
export { runLoadInWorkers, WORKER_ERRORS } from './worker/index.ts';
