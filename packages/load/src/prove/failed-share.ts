import type { StepResult } from '../result/index.ts';

/** Arms whose failed shares differ by more cannot be compared: neither by the times of those let in, nor by what refusals cost. */
const COMPARABLE_SHARE = 0.01;

/** Errors of a step by any class. */
export function errorsOf({ errors }: StepResult): number {
  return Object.values(errors).reduce((sum, count) => sum + count, 0);
}

/** Of the requests of these steps together, 0 to 1; 0 without any. */
export function failedShare(steps: readonly StepResult[]): number {
  const failed = steps.reduce((sum, step) => sum + errorsOf(step), 0);
  return failed / Math.max(1, requestsOf(steps));
}

/** Whether two shares of failed requests are so near that the rest can be compared. */
export function isComparable(one: number, other: number): boolean {
  return Math.abs(one - other) <= COMPARABLE_SHARE;
}

function requestsOf(steps: readonly StepResult[]): number {
  return steps.reduce((sum, { responseTimeUs }) => sum + responseTimeUs.count, 0);
}
