/**
 * The load tester: runs against one target, their scenarios, results and thresholds; comparisons and searches of runs.
 * Single connections, proofs, reports and the self-test have entries of their own. @module
 */
export type * from './capacity/index.ts';
export { findCapacity, findMax, findMaxTime, parseSlo } from './capacity/index.ts';
export type * from './compare/index.ts';
export { COMPARE_ERRORS, compareRuns, streamsOfArms } from './compare/index.ts';
export { LOAD_ERRORS, type LoadErrorCode } from './errors.ts';
export type { CsvFeedOptions, CsvRow, Feeder, FeedOptions, FeedStrategy, FileFeedOptions } from './feeder/index.ts';
export { FEEDER_ERRORS, type FeederErrorCode, feedCsv, feedJson, feedList } from './feeder/index.ts';
export type * from './flow/index.ts';
export { defineScenario, FLOW_ERRORS, loadScenario } from './flow/index.ts';
export type * from './journal/index.ts';
export { createJournal, JOURNAL_ERRORS, readJournal } from './journal/index.ts';
export type * from './result/index.ts';
export { describeMachine, mergeStepResults, percentileOf, responseTimesOf, serviceTimesOf } from './result/index.ts';
export type { ClosedOptions, CommonOptions, DnsChoice, EngineOptions, LoadModel, LoadOptions } from './run/index.ts';
export { type LoadProgress, runClosed, runLoad, type TlsOptions, type Tracing } from './run/index.ts';
export type { Answer, BodySource, RequestSpec, Scenario, Step } from './scenario/index.ts';
export { fileBody } from './scenario/index.ts';
export type { Arrivals, RateShape } from './schedule/index.ts';
export { maskSecrets } from './secrets/index.ts';
export type { JudgedResult, Threshold, ThresholdOutcome } from './thresholds/index.ts';
export { judgeThresholds, parseThreshold } from './thresholds/index.ts';
export type * from './worker/index.ts';
export { runLoadInWorkers, WORKER_ERRORS } from './worker/index.ts';
