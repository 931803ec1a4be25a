/** What a run must reach, and whether it did. @module */
export { judgeThresholds, type ThresholdOutcome } from './judge-thresholds.ts';
export { parseThreshold, type Threshold } from './threshold.ts';
