import type { Bound } from './measurement.ts';

/** What a goal asks of its figure. */
export interface Target {
  readonly compare: 'at most' | 'below' | 'at least' | 'within';
  /** One bound, or for `within` the two ends. */
  readonly bounds: readonly [number] | readonly [number, number];
}

export const below = (bound: number): Target => ({ compare: 'below', bounds: [bound] });
export const atMost = (bound: number): Target => ({ compare: 'at most', bounds: [bound] });
export const atLeast = (bound: number): Target => ({ compare: 'at least', bounds: [bound] });
export const within = (low: number, high: number): Target => ({ compare: 'within', bounds: [low, high] });

/**
 * Whether a value that may be only a bound meets `target`: null where the true one, which lies at it or beyond, may
 * meet or miss.
 */
export function judge(value: number, bound: 'exact' | Bound, target: Target): boolean | null {
  const met = meets(value, target);
  if (bound === 'exact') return met;
  const beyond = meets(bound === 'at-least' ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY, target);
  const passes = target.compare === 'within' && !met && !beyond && isBefore(value, bound, target);
  return met === beyond && !passes ? met : null;
}

/** Whether the way from the value to beyond leads through the target. */
function isBefore(value: number, bound: Bound, { bounds: [low, high = low] }: Target): boolean {
  return bound === 'at-least' ? value < low : value > high;
}

/** Whether `value` meets `target`. */
function meets(value: number, target: Target): boolean {
  const [first, second] = target.bounds;
  switch (target.compare) {
    case 'below':
      return value < first;
    case 'at most':
      return value <= first;
    case 'at least':
      return value >= first;
    case 'within':
      return value >= first && value <= (second ?? first);
  }
}

/** `< 10`, `≤ 1`, `≥ 0.85`, `0.999–1.001`. */
export function describeTarget(target: Target): string {
  const sign = { below: '< ', 'at most': '≤ ', 'at least': '≥ ', within: '' }[target.compare];
  return sign + target.bounds.join('–');
}
