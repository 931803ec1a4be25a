import { LOAD_ERRORS } from '../errors.ts';
import type { ErrorClass } from '../result/index.ts';

/** How a figure is compared with its bound. */
export type Comparison = '<' | '<=' | '>' | '>=';

/** The figure that a threshold is about. */
export type Metric =
  | { readonly kind: 'time'; readonly of: 'http' | 'service'; readonly figure: 'mean' | 'max' | number }
  | { readonly kind: 'errors'; readonly class: ErrorClass | undefined }
  | { readonly kind: 'resent' }
  | { readonly kind: 'rate' };

/** One thing that a run must reach. */
export interface Threshold {
  /** As it was written. */
  readonly text: string;
  readonly metric: Metric;
  readonly comparison: Comparison;
  /** Microseconds for times, 0 to 1 for shares. */
  readonly bound: number;
}

/** Powers of ten, so that a bound is the number nearest to what was written: 0.7 / 100 is less than 7 / 1000. */
const UNIT_POWERS: Readonly<Record<Metric['kind'], Readonly<Record<string, number>>>> = {
  time: { '': 3, us: 0, ms: 3, s: 6 },
  errors: { '': 0, '%': -2 },
  resent: { '': 0, '%': -2 },
  rate: { '': 0, '%': -2 },
};
const CLASSES: Readonly<Record<ErrorClass, true>> = {
  timeout: true,
  connect: true,
  reset: true,
  protocol: true,
  status: true,
  check: true,
  client: true,
  unsent: true,
};
const ALLOWED = 'such as http.p99<200, service.mean<=1.5s, errors<0.1%, errors.timeout<=0, resent<1% or rate>0.99';

/**
 * Reads a threshold: metric, comparison, bound.
 *
 * Metrics: `http.<figure>` (response time) and `service.<figure>` (service time) with `mean`, `max` or `p` and a number
 * above 0 and below 100; `errors`, `errors.<class>`, `resent`, `rate`. Times are in milliseconds unless they carry
 * `us`, `ms` or `s`; shares carry `%` or are 0 to 1.
 * @throws MILLRACE_LOAD_THRESHOLD_INVALID
 * @example
 * const { metric, bound } = parseThreshold('http.p99<200'); // P99 of the response time below 200,000 µs
 */
export function parseThreshold(text: string): Threshold {
  const [, name = '', comparison = '', digits = '', unit = ''] =
    /^\s*([a-z0-9.]+)\s*([<>]=?)\s*(\d+(?:\.\d+)?)\s*(us|ms|s|%)?\s*$/.exec(text) ?? [];
  const metric = readMetric(name);
  const bound = metric === undefined ? undefined : readBound(metric, digits, unit);
  if (metric !== undefined && bound !== undefined) {
    return { text: text.trim(), metric, comparison: comparison as Comparison, bound };
  }
  throw LOAD_ERRORS.create('MILLRACE_LOAD_THRESHOLD_INVALID', { threshold: JSON.stringify(text), allowed: ALLOWED });
}

function readMetric(name: string): Metric | undefined {
  const [head = '', ...rest] = name.split('.');
  const tail = rest.length === 0 ? undefined : rest.join('.');
  if (head === 'http' || head === 'service') {
    const figure = readFigure(tail ?? '');
    return figure === undefined ? undefined : { kind: 'time', of: head, figure };
  }
  if (head === 'errors' && (tail === undefined || Object.hasOwn(CLASSES, tail))) {
    return { kind: 'errors', class: tail as ErrorClass | undefined };
  }
  return tail === undefined && (head === 'resent' || head === 'rate') ? { kind: head } : undefined;
}

function readFigure(text: string): 'mean' | 'max' | number | undefined {
  if (text === 'mean' || text === 'max') return text;
  const percentile = Number(/^p(\d+(?:\.\d+)?)$/.exec(text)?.[1]);
  return percentile > 0 && percentile < 100 ? percentile : undefined;
}

function readBound({ kind }: Metric, digits: string, unit: string): number | undefined {
  const power = UNIT_POWERS[kind][unit];
  if (power === undefined) return undefined;
  const bound = Number(`${digits}e${power}`);
  return kind === 'time' || bound <= 1 ? bound : undefined;
}
