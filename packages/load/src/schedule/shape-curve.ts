import { checkNumber, LOAD_ERRORS } from '../errors.ts';
import type { RateShape } from './arrivals.ts';
import { piecewiseCurve, type Segment } from './piecewise-curve.ts';
import type { RateCurve } from './rate-curve.ts';
import { sineCurve } from './sine-curve.ts';

const MAX_PER_SECOND = 1_000_000;
const MAX_MS = 86_400_000;
const MAX_STEPS = 1_000;

/** The rate that `shape` describes. @throws MILLRACE_LOAD_OPTION_INVALID for anything out of range */
export function toCurve(shape: RateShape): RateCurve {
  const { durationMs } = shape;
  checkNumber('arrivals.durationMs', durationMs, 1, MAX_MS);
  switch (shape.kind) {
    case 'constant':
      return constantCurve(checkRate('ratePerSecond', shape.ratePerSecond), durationMs);
    case 'ramp': {
      const fromPerSecond = checkRate('fromPerSecond', shape.fromPerSecond);
      return piecewiseCurve([{ fromPerSecond, toPerSecond: checkRate('toPerSecond', shape.toPerSecond), durationMs }]);
    }
    case 'steps':
      return stepsCurve(shape.ratesPerSecond, durationMs);
    case 'spike':
      return spikeCurve(shape);
    case 'sine':
      checkRate('ratePerSecond', shape.ratePerSecond);
      checkNumber('arrivals.amplitudePerSecond', shape.amplitudePerSecond, 0, shape.ratePerSecond);
      checkNumber('arrivals.periodMs', shape.periodMs, 1, MAX_MS);
      return sineCurve(shape);
    default: {
      const value = String((shape as RateShape).kind);
      const context = { option: 'arrivals.kind', value, allowed: 'constant, ramp, steps, spike or sine' };
      throw LOAD_ERRORS.create('MILLRACE_LOAD_OPTION_INVALID', context);
    }
  }
}

function constantCurve(ratePerSecond: number, durationMs: number): RateCurve {
  const total = (ratePerSecond * durationMs) / 1_000;
  return { total, peakPerSecond: ratePerSecond, timeOf: (count) => (count * 1_000) / ratePerSecond };
}

function stepsCurve(rates: readonly number[], wholeMs: number): RateCurve {
  if (rates.length < 1 || rates.length > MAX_STEPS) {
    const allowed = `1 to ${MAX_STEPS.toLocaleString('en')} rates`;
    throw LOAD_ERRORS.create('MILLRACE_LOAD_OPTION_INVALID', {
      option: 'arrivals.ratesPerSecond',
      value: `${rates.length} rates`,
      allowed,
    });
  }
  const durationMs = wholeMs / rates.length;
  return piecewiseCurve(rates.map((rate, i) => flat(checkRate(`ratesPerSecond[${i}]`, rate), durationMs)));
}

function spikeCurve(shape: Extract<RateShape, { kind: 'spike' }>): RateCurve {
  const { peakAtMs, peakMs, durationMs } = shape;
  const base = checkRate('ratePerSecond', shape.ratePerSecond);
  const peak = checkRate('peakPerSecond', shape.peakPerSecond);
  checkNumber('arrivals.peakAtMs', peakAtMs, 0, durationMs);
  checkNumber('arrivals.peakMs', peakMs, 1, durationMs - peakAtMs);
  return piecewiseCurve([flat(base, peakAtMs), flat(peak, peakMs), flat(base, durationMs - peakAtMs - peakMs)]);
}

function flat(rate: number, durationMs: number): Segment {
  return { fromPerSecond: rate, toPerSecond: rate, durationMs };
}

function checkRate(name: string, value: number): number {
  checkNumber(`arrivals.${name}`, value, 0, MAX_PER_SECOND);
  return value;
}
