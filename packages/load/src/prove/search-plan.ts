import { afterStepMs, LIMIT_MARGIN, longestAfterStepMs, type SearchTime, searchMs } from '../capacity/index.ts';
import type { ArmBounds } from './arm-session.ts';
import { sendingSeconds } from './budget.ts';
import type { CapacitySpec } from './manifest.ts';
import { SETTLE_BOUND_MS, SETTLED_WITHIN_MS } from './phase-run.ts';

/** The longest that a search may be told to last. */
const LONGEST_MS = 86_400_000;
/** The shortest. */
const SHORTEST_MS = 1_000;

/** What the time of a search depends on beside its workload. */
export interface SearchBounds extends Pick<ArmBounds, 'readyTimeoutMs' | 'stopTimeoutMs'> {
  /** What starting an arm usually takes. */
  readonly startSeconds: number;
}

/**
 * How long the search of one arm takes, from fresh data to the end of its process. What it takes at most has room for a
 * second run of every step, or for an arm that starts and comes to rest as late as it may.
 */
export function searchTimeOf(spec: CapacitySpec, bounds: SearchBounds): SearchTime {
  const { slo, warmUp = [] } = spec;
  const [startMs, warmUpMs] = [bounds.startSeconds * 1_000, sendingSeconds(warmUp) * 1_000];
  const stepsMs = searchMs(spec, afterStepMs(slo));
  const spared = Math.max(
    startMs + SETTLED_WITHIN_MS + LIMIT_MARGIN * stepsMs,
    bounds.readyTimeoutMs + SETTLE_BOUND_MS + stepsMs,
  );
  return {
    usualMs: startMs + warmUpMs + SETTLED_WITHIN_MS + stepsMs,
    mostMs: warmUpMs + spared + afterSearchMs(spec, bounds),
  };
}

/** What is left for the steps of a search that began `elapsedMs` ago, so that it ends within `mostMs`. */
export function stepLimitMs(spec: CapacitySpec, bounds: SearchBounds, elapsedMs: number, mostMs: number): number {
  const leftMs = mostMs - afterSearchMs(spec, bounds) - elapsedMs;
  return Math.min(LONGEST_MS, Math.max(SHORTEST_MS, leftMs));
}

/**
 * What the first of several searches may take when all of them have `leftMs`: as much as it may in any case, or its share
 * where the rounds have taken longer than they should have. Undefined: too little to find anything.
 */
export function allowedMs(specs: readonly CapacitySpec[], bounds: SearchBounds, leftMs: number): number | undefined {
  const [spec] = specs;
  if (spec === undefined) return undefined;
  const allMs = specs.reduce((sum, one) => sum + searchTimeOf(one, bounds).mostMs, 0);
  const mostMs = searchTimeOf(spec, bounds).mostMs * Math.min(1, leftMs / allMs);
  return mostMs < leastMs(spec, bounds) ? undefined : mostMs;
}

/** A usual start, the warm-up, the shortest steps, and what may come after them. */
function leastMs(spec: CapacitySpec, bounds: SearchBounds): number {
  const startMs = bounds.startSeconds * 1_000 + sendingSeconds(spec.warmUp ?? []) * 1_000;
  return startMs + SETTLED_WITHIN_MS + SHORTEST_MS + afterSearchMs(spec, bounds);
}

/** The last step may leave the service busy, and the arm may have to be killed. */
function afterSearchMs({ slo }: CapacitySpec, { stopTimeoutMs }: SearchBounds): number {
  return longestAfterStepMs(slo) + stopTimeoutMs;
}
