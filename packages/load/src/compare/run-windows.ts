import type { LoadResult, SecondResult } from '../result/index.ts';
import type { Window } from './bootstrap.ts';
import type { MetricId } from './comparison.ts';

/**
 * The seconds of a run for a metric that they tell: failures, and good answers where a schedule gives the rate. (In a
 * closed loop the rate is as good as the response time, and differs from process to process as that does.)
 *
 * Seconds are told by when a request was due, so good answers are those to what was due in them.
 */
export function windowsOf(metric: MetricId, result: LoadResult): Window[] | undefined {
  if (metric === 'errors') return requestSeconds(result).map(toFailures);
  // An arrival of a load of flows is an iteration.
  if (metric === 'flow-failures') return result.seconds.map(toFailures);
  if (metric !== 'goodput' || result.arrivals.kind === 'closed') return undefined;
  return requestSeconds(result).map(({ ok }) => ({ part: ok, whole: 1 }));
}

type Counts = Pick<SecondResult, 'ok' | 'errors'>;

function toFailures({ ok, errors }: Counts): Window {
  return { part: errors, whole: ok + errors };
}

/** Of a load of flows the requests of all rows, by the second in which they were asked for. */
function requestSeconds({ seconds, flows, stepSeconds = {} }: LoadResult): readonly Counts[] {
  if (flows === undefined) return seconds;
  const rows = Object.values(stepSeconds);
  const length = Math.max(0, ...rows.map((row) => row.length));
  return Array.from({ length }, (_, at) => {
    const same = rows.flatMap((row) => row[at] ?? []);
    const sum = (read: (one: Counts) => number): number => same.reduce((total, one) => total + read(one), 0);
    return { ok: sum(({ ok }) => ok), errors: sum(({ errors }) => errors) };
  });
}
