/** What a run must reach, and whether it did. @module */
export { type JudgedResult, judgeThresholds, type ThresholdOutcome } from './judge-thresholds.ts';
export { parseThreshold, type Threshold } from './threshold.ts';
