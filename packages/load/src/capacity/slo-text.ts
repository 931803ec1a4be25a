import { LOAD_ERRORS } from '../errors.ts';
import { parseThreshold, type Threshold } from '../thresholds/index.ts';
import type { Slo } from './slo.ts';

const DEFAULT_ERROR_SHARE = 0.001;
const ALLOWED = 'or two, such as http.p99<200ms or http.p99<200ms,errors<0.1%: `<`, each once, the P99 always';

/**
 * Reads an SLO as it is written on a command line: thresholds with commas between them.
 * @param text `http.p99<200ms`, with or without `errors<0.1%`, which is what it is without
 * @throws MILLRACE_LOAD_THRESHOLD_INVALID
 * @example
 * const { p99Ms, errorShare } = parseSlo('http.p99<200ms,errors<0.5%'); // 200, 0.005
 */
export function parseSlo(text: string): Slo {
  const thresholds = text.split(',').map(parseThreshold);
  const times = thresholds.filter(isP99);
  const errors = thresholds.filter(isErrors);
  const [p99] = times;
  if (p99 === undefined || times.length > 1 || errors.length > 1 || times.length + errors.length < thresholds.length) {
    throw LOAD_ERRORS.create('MILLRACE_LOAD_THRESHOLD_INVALID', { threshold: JSON.stringify(text), allowed: ALLOWED });
  }
  return { p99Ms: p99.bound / 1_000, errorShare: errors[0]?.bound ?? DEFAULT_ERROR_SHARE };
}

function isP99({ metric, comparison }: Threshold): boolean {
  const isWhole = metric.kind === 'time' && metric.row === undefined;
  return isWhole && metric.of === 'http' && metric.figure === 99 && comparison === '<';
}

function isErrors({ metric, comparison }: Threshold): boolean {
  return metric.kind === 'errors' && metric.class === undefined && metric.row === undefined && comparison === '<';
}
