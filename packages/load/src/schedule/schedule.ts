import { createRandom } from 'millrace/core';
import { LOAD_ERRORS } from '../errors.ts';
import type { Arrivals } from './arrivals.ts';
import { poissonOffsets } from './poisson-offsets.ts';
import { toCurve } from './shape-curve.ts';

/**
 * When each arrival is due. Fixed by the arrivals and the seed, so that lateness never adds up: no arrival's time
 * depends on when the one before it was sent.
 */
export interface Schedule {
  readonly kind: Arrivals['kind'];
  /** Whether the arrivals come at random. */
  readonly poisson: boolean;
  /** Number of arrivals: all whose time lies in [0, `durationMs`). */
  readonly planned: number;
  readonly durationMs: number;
  /** The mean rate. */
  readonly targetPerSecond: number;
  /** The highest rate. */
  readonly peakPerSecond: number;
  /** When arrival `index` is due, in milliseconds after the start. Never falls as the index grows. Quickest when asked in order. */
  offsetMs(index: number): number;
  /**
   * When arrival `index` is due by the rate alone: for even arrivals as {@link Schedule.offsetMs}, for those at random
   * where they come on the mean. As quick in any order, so that a long schedule need not be gone through.
   */
  meanOffsetMs(index: number): number;
}

/** An integral that misses a whole number by rounding alone is that number; sums are rounded by a share of themselves. */
const ROUNDING = 1e-6;
const ROUNDING_SHARE = 1e-12;

/**
 * The schedule of `arrivals`. Takes the same memory however long it is.
 * @param seed of arrivals at random; a whole number
 * @throws MILLRACE_LOAD_OPTION_INVALID for rates or durations out of range, or when not one arrival falls in.
 */
export function toSchedule(arrivals: Arrivals, seed: number): Schedule {
  const { kind, durationMs, poisson = false } = arrivals;
  const curve = toCurve(arrivals);
  const planned = countOf(curve.total);
  const meanOffsetMs = (index: number): number => curve.timeOf(Math.min(index, curve.total));
  const offsetMs = poisson
    ? poissonOffsets(curve, planned, () => createRandom(seed).fork('arrivals'))
    : (index: number): number => curve.timeOf(index);
  const { total, peakPerSecond } = curve;
  const targetPerSecond = (total * 1_000) / durationMs;
  return { kind, poisson, planned, durationMs, targetPerSecond, peakPerSecond, offsetMs, meanOffsetMs };
}

function countOf(integral: number): number {
  const planned = Math.ceil(integral - Math.max(ROUNDING, integral * ROUNDING_SHARE));
  if (planned >= 1) return planned;
  const context = { option: 'arrivals', value: 'a schedule without one arrival', allowed: 'at least one arrival' };
  throw LOAD_ERRORS.create('MILLRACE_LOAD_OPTION_INVALID', context);
}
