import { type LadderOptions, searchMs } from './ladder.ts';
import { stepDrainMs } from './load-step.ts';
import { MOST_PROBES, PROBE_ARRIVALS } from './rest.ts';
import type { Slo } from './slo.ts';

/** How long a search takes, as is known before it starts. */
export interface SearchTime {
  /** At most, as long as no rate that the service holds is missed by chance, and it comes to rest at once. */
  readonly usualMs: number;
  /** At most in any case. */
  readonly mostMs: number;
}

/** Steps that are run again take time too: as much again as all of them. */
export const LIMIT_MARGIN = 2;

/** The time of a search that is ended by `limitMs`: a step that still fits in is waited for, until it has come to rest. */
export function searchTime(ladder: LadderOptions, limitMs: number): SearchTime {
  const mostMs = limitMs + longestAfterStepMs(ladder.slo);
  return { usualMs: Math.min(searchMs(ladder, afterStepMs(ladder.slo)), mostMs), mostMs };
}

/** What passes between a step and the next when the first try says that the service rests. */
export function afterStepMs(slo: Slo): number {
  return stepDrainMs(slo) + tryMs(slo);
}

/** The same when none of the tries says so. */
export function longestAfterStepMs(slo: Slo): number {
  return stepDrainMs(slo) + MOST_PROBES * tryMs(slo);
}

function tryMs({ p99Ms }: Slo): number {
  return PROBE_ARRIVALS.durationMs + p99Ms;
}
