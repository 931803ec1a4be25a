import type { Percentile } from '../result/index.ts';

/** What a service must hold at a rate for the rate to count as within its capacity. */
export interface Slo {
  /** The P99 of the response time must lie below; 1 to 3,600,000. */
  readonly p99Ms: number;
  /** The share of failed requests must lie below, from 0 to 1; a step without any error meets every share. */
  readonly errorShare: number;
}

/** What one step measured. */
export interface StepMeasurement {
  /** Sent in the sending window ÷ planned for it, 0 to 1. */
  readonly achievedRatio: number;
  /** Of the response time, from the intended start. */
  readonly p99: Percentile;
  /** 0 to 1. */
  readonly errorShare: number;
  /** False when the generator itself may have spoilt the step. */
  readonly valid: boolean;
  /** False when the service did not come to rest afterwards: whatever came next would pay for this step. */
  readonly settled: boolean;
}

/** What a step says about its rate. `generator`: nothing, because the generator itself may be why it was not met. */
export type StepOutcome = 'met' | 'missed' | 'generator';

/** Below this share of the planned rate, another rate was tried. */
const ACHIEVED_SHARE = 0.99;

/**
 * Holds a step against its SLO. A late generator makes times longer, never shorter, for they count from the intended
 * start: what is met in spite of it is met; what is missed may be the generator's doing.
 */
export function judgeStep({ achievedRatio, p99, errorShare, valid }: StepMeasurement, slo: Slo): StepOutcome {
  const inTime = p99.kind === 'value' && p99.us / 1_000 < slo.p99Ms;
  const fewErrors = errorShare === 0 || errorShare < slo.errorShare;
  if (inTime && fewErrors && achievedRatio >= ACHIEVED_SHARE) return 'met';
  return valid ? 'missed' : 'generator';
}
