import { LOAD_ERRORS } from '../errors.ts';
import type { ErrorClass } from '../result/index.ts';

/** How a figure is compared with its bound. */
export type Comparison = '<' | '<=' | '>' | '>=';

/** The figure that a threshold is about. `row`: of one row alone, absent for all requests, flows or checks together. */
export type Metric =
  | { readonly kind: 'time'; readonly of: 'http' | 'service' | 'flow'; readonly figure: Figure; readonly row?: string }
  | { readonly kind: 'errors'; readonly class: ErrorClass | undefined; readonly row?: string }
  | { readonly kind: 'resent'; readonly row?: string }
  | { readonly kind: 'failed'; readonly row?: string }
  | { readonly kind: 'checks'; readonly row?: string }
  | { readonly kind: 'rate' };

/** Of times: a number is a percentile. */
export type Figure = 'mean' | 'max' | number;

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
  failed: { '': 0, '%': -2 },
  checks: { '': 0, '%': -2 },
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
const ALLOWED =
  'such as http.p99<200, service.mean<=1.5s, errors<0.1%, errors.timeout<=0, resent<1%, rate>0.99, checks>0.99, flow.p99<2s or flow.failed<1%; of one row list.p99<200, [GET /items].errors<1%, flow[browse].p99<2s, checks[has items]>0.99';
const SHAPE = /^\s*(.*\S)\s*([<>]=?)\s*(\d+(?:\.\d+)?)\s*(us|ms|s|%)?\s*$/;
/** A name, or a row in brackets, or a kind and its row; then what is asked of it. */
const METRIC = /^(?:([\w-]+)|(flow|checks)?\[(.+)\])(?:\.([a-z0-9.]+))?$/;

/**
 * Reads a threshold: metric, comparison, bound.
 *
 * Metrics: `http.<figure>` (response time) and `service.<figure>` (service time) with `mean`, `max` or `p` and a number
 * above 0 and below 100; `errors`, `errors.<class>`, `resent`, `rate`; of flows `flow.<figure>`, `flow.failed` and
 * `checks`. Of one row alone: its name and `.<figure>`, `.service.<figure>`, `.errors`, `.errors.<class>` or `.resent`;
 * in brackets when it is more than letters, digits, `-` and `_`, or one of the names above. `flow[name]` and
 * `checks[name]` are of one flow and one check. Times are in milliseconds unless they carry `us`, `ms` or `s`; shares
 * carry `%` or are 0 to 1.
 * @throws MILLRACE_LOAD_THRESHOLD_INVALID
 * @example
 * const { metric, bound } = parseThreshold('http.p99<200'); // P99 of the response time below 200,000 µs
 */
export function parseThreshold(text: string): Threshold {
  const [, name = '', comparison = '', digits = '', unit = ''] = SHAPE.exec(text) ?? [];
  const metric = readMetric(name);
  const bound = metric === undefined ? undefined : readBound(metric, digits, unit);
  if (metric !== undefined && bound !== undefined) {
    return { text: text.trim(), metric, comparison: comparison as Comparison, bound };
  }
  throw LOAD_ERRORS.create('MILLRACE_LOAD_THRESHOLD_INVALID', { threshold: JSON.stringify(text), allowed: ALLOWED });
}

function readMetric(text: string): Metric | undefined {
  const [, head, kind, bracketed, tail] = METRIC.exec(text) ?? [];
  if (bracketed !== undefined) return readOwn(kind, tail, { row: bracketed });
  switch (head) {
    case undefined:
      return undefined;
    case 'http':
    case 'service':
      return readTime(head, tail, {});
    case 'rate':
      return tail === undefined ? { kind: 'rate' } : undefined;
    case 'flow':
    case 'checks':
      return readOwn(head, tail, {});
    case 'errors':
    case 'resent':
      return readOfRequests(tail === undefined ? head : `${head}.${tail}`, {});
    default:
      return readOfRequests(tail, { row: head });
  }
}

/** Of flows, of checks, or of one row of requests. */
function readOwn(
  kind: string | undefined,
  tail: string | undefined,
  row: { readonly row?: string },
): Metric | undefined {
  if (kind === 'checks') return tail === undefined ? { kind: 'checks', ...row } : undefined;
  if (kind === 'flow') return tail === 'failed' ? { kind: 'failed', ...row } : readTime('flow', tail, row);
  return readOfRequests(tail, row);
}

function readOfRequests(tail: string | undefined, row: { readonly row?: string }): Metric | undefined {
  const [head = '', ...rest] = (tail ?? '').split('.');
  const of = rest.length === 0 ? undefined : rest.join('.');
  if (head === 'resent') return of === undefined ? { kind: 'resent', ...row } : undefined;
  if (head === 'service') return readTime('service', of, row);
  if (head !== 'errors') return readTime('http', tail, row);
  const isKnown = of === undefined || Object.hasOwn(CLASSES, of);
  return isKnown ? { kind: 'errors', class: of as ErrorClass | undefined, ...row } : undefined;
}

function readTime(
  of: 'http' | 'service' | 'flow',
  text: string | undefined,
  row: { readonly row?: string },
): Metric | undefined {
  const figure = readFigure(text ?? '');
  return figure === undefined ? undefined : { kind: 'time', of, figure, ...row };
}

function readFigure(text: string): Figure | undefined {
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
