import { checkNumber, LOAD_ERRORS } from '../errors.ts';
import type { Arrivals } from './arrivals.ts';

/**
 * When each arrival is due. A pure function of the index, so that lateness never adds up: no arrival's time depends
 * on when the one before it was sent.
 */
export interface Schedule {
  readonly kind: Arrivals['kind'];
  /** Number of arrivals: all whose time lies in [0, `durationMs`). */
  readonly planned: number;
  readonly durationMs: number;
  /** The mean rate. */
  readonly targetPerSecond: number;
  /** When arrival `index` is due, in milliseconds after the start. Never falls as the index grows. */
  offsetMs(index: number): number;
}

const MAX_PER_SECOND = 1_000_000;
const MAX_DURATION_MS = 86_400_000;
/** An integral that misses a whole number by rounding alone is that number. */
const ROUNDING = 1e-6;

/**
 * The schedule of `arrivals`.
 * @throws MILLRACE_LOAD_OPTION_INVALID for rates or durations out of range, or when not one arrival falls in.
 */
export function toSchedule(arrivals: Arrivals): Schedule {
  checkNumber('arrivals.durationMs', arrivals.durationMs, 1, MAX_DURATION_MS);
  switch (arrivals.kind) {
    case 'constant':
      return toConstant(arrivals.ratePerSecond, arrivals.durationMs);
    case 'ramp':
      return toRamp(arrivals.fromPerSecond, arrivals.toPerSecond, arrivals.durationMs);
  }
}

function toConstant(ratePerSecond: number, durationMs: number): Schedule {
  checkNumber('arrivals.ratePerSecond', ratePerSecond, 0, MAX_PER_SECOND);
  return {
    kind: 'constant',
    planned: countOf((ratePerSecond * durationMs) / 1_000),
    durationMs,
    targetPerSecond: ratePerSecond,
    offsetMs: (index) => (index * 1_000) / ratePerSecond,
  };
}

/**
 * The rate grows from f to r over D seconds, so f·t + (r − f)·t² / 2D arrivals are due by t. Arrival i is due where
 * that equals i. The root is taken in the form that subtracts nothing, so it is exact for a flat ramp as well.
 */
function toRamp(fromPerSecond: number, toPerSecond: number, durationMs: number): Schedule {
  checkNumber('arrivals.fromPerSecond', fromPerSecond, 0, MAX_PER_SECOND);
  checkNumber('arrivals.toPerSecond', toPerSecond, 0, MAX_PER_SECOND);
  const seconds = durationMs / 1_000;
  const targetPerSecond = (fromPerSecond + toPerSecond) / 2;
  const doubledSlope = (2 * (toPerSecond - fromPerSecond)) / seconds;
  const offsetMs = (index: number): number => {
    if (index === 0) return 0;
    const rateThen = Math.sqrt(Math.max(0, fromPerSecond * fromPerSecond + doubledSlope * index));
    return Math.min((2_000 * index) / (fromPerSecond + rateThen), durationMs);
  };
  return { kind: 'ramp', planned: countOf(targetPerSecond * seconds), durationMs, targetPerSecond, offsetMs };
}

function countOf(integral: number): number {
  const planned = Math.ceil(integral - ROUNDING);
  if (planned >= 1) return planned;
  const context = { option: 'arrivals', value: 'a schedule without one arrival', allowed: 'at least one arrival' };
  throw LOAD_ERRORS.create('MILLRACE_LOAD_OPTION_INVALID', context);
}
