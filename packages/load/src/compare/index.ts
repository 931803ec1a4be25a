/** Two sides of runs: better, worse, no difference, or not to be told. @module */

export type { Interval } from './bootstrap.ts';
export { type CompareOptions, compareRuns } from './compare.ts';
export type * from './comparison.ts';
export { COMPARE_ERRORS, type CompareErrorCode } from './errors.ts';
export { type ProofArm, type ProofRounds, type ProofStreams, streamsOfArms } from './proof-rounds.ts';
export { settlingOf } from './settling.ts';
