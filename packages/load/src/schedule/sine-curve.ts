import type { RateShape } from './arrivals.ts';
import type { RateCurve } from './rate-curve.ts';

/** A hundredth of a nanosecond. */
const PRECISION_MS = 1e-8;
const MAX_ROUNDS = 64;

/**
 * m + a·sin(2πt / P), so m·t + (aP / 2π)·(1 − cos(2πt / P)) arrivals are due by t. That has no inverse in closed form:
 * Newton's method finds the time, kept within bounds that close from both sides, since the rate may touch 0.
 */
export function sineCurve(shape: Extract<RateShape, { kind: 'sine' }>): RateCurve {
  const mean = shape.ratePerSecond / 1_000;
  const amplitude = shape.amplitudePerSecond / 1_000;
  const turn = (2 * Math.PI) / shape.periodMs;
  const swing = amplitude / turn;
  const dueBy = (ms: number): number => mean * ms + swing * (1 - Math.cos(turn * ms));
  const timeOf = (count: number): number => {
    let low = Math.max(0, (count - 2 * swing) / mean);
    let high = Math.min(shape.durationMs, count / mean);
    let guess = (low + high) / 2;
    for (let round = 0; round < MAX_ROUNDS; round++) {
      const over = dueBy(guess) - count;
      if (over > 0) high = guess;
      else low = guess;
      const next = guess - over / (mean + amplitude * Math.sin(turn * guess));
      if (Math.abs(next - guess) < PRECISION_MS || high - low < PRECISION_MS) break;
      guess = next > low && next < high ? next : (low + high) / 2;
    }
    return guess;
  };
  const peakPerSecond = shape.ratePerSecond + shape.amplitudePerSecond;
  return { total: dueBy(shape.durationMs), peakPerSecond, timeOf };
}
