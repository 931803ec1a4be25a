import { type Clock, Histogram, systemClock } from 'millrace/core';
import type { LoadOptions } from '../run/index.ts';
import { runLoad } from '../run/index.ts';
import { LADDER_DEFAULTS } from './ladder.ts';
import { type LoadStepOptions, runLoadStep } from './load-step.ts';
import { type Capacity, type CapacityOptions, findCapacity } from './search.ts';
import type { Slo } from './slo.ts';

/** Options of {@link findMax}. */
export interface FindMaxOptions {
  /** What to send, and where to. */
  readonly load: Omit<LoadOptions<unknown>, 'arrivals' | 'signal' | 'onProgress' | 'clock'>;
  readonly slo: Slo;
  /** The first rate a second; at least 17 unless steps are longer than a minute, default 50. */
  readonly fromPerSecond?: number;
  /** The highest rate a second that is tried; default 20,000. */
  readonly toPerSecond?: number;
  /** The shortest step, 100 to 600,000; default 4,000. A step is longer where its P99 or a queue needs it. */
  readonly stepMs?: number;
  /** How far apart the met and the not met rate may be in the end, as a share; 0.02 to 1, default 0.05. */
  readonly precision?: number;
  /** No step is begun that would end after this long, 1,000 to 86,400,000; default 600,000. */
  readonly limitMs?: number;
  readonly onStep?: CapacityOptions['onStep'];
  /** Aborting ends the search with what it knows. */
  readonly signal?: AbortSignal;
  readonly clock?: Clock;
  /** Drives the runs; default `runLoad`, or a double in tests. */
  readonly run?: LoadStepOptions['run'];
}

/** The result of a search, as written to JSON. */
export interface FoundMax extends Capacity {
  readonly schema: 'millrace-find-max/1';
  readonly scenario: string;
  readonly target: string;
  readonly slo: Slo;
  /** The lowest rate above {@link Capacity.perSecond} that was tried and not met; null: none was. */
  readonly missedPerSecond: number | null;
}

const DEFAULTS = {
  fromPerSecond: 50,
  toPerSecond: 20_000,
  precision: 0.05,
  stepMs: LADDER_DEFAULTS.minStepMs,
} as const;
/** What tells that a service has come to rest: all of these are answered in time. */
const PROBE = { kind: 'constant', ratePerSecond: 20, durationMs: 500 } as const;
const MOST_PROBES = 20;

/**
 * Searches for the highest rate at which a service holds its SLO, by runs at one rate each: see {@link findCapacity}.
 * Between them it waits until the service answers within the SLO again.
 * @throws MILLRACE_LOAD_OPTION_INVALID
 * @throws MILLRACE_LOAD_TARGET_REFUSED, MILLRACE_LOAD_TARGET_UNREACHABLE, MILLRACE_LOAD_TLS_FAILED
 * @example
 * const scenario = defineScenario({
 *   name: 'health', users: 1, createUser: () => ({}),
 *   steps: [{ name: 'live', weight: 1, build: () => ({ method: 'GET', path: '/health/live' }) }],
 * });
 * const load = { target: 'http://127.0.0.1:3000', scenario, seed: 1 };
 * const found = await findMax({ load, slo: parseSlo('http.p99<200ms,errors<0.1%') });
 * console.log(found.perSecond, found.missedPerSecond, found.limitedBy);
 */
export async function findMax(options: FindMaxOptions): Promise<FoundMax> {
  const { fromPerSecond, toPerSecond, precision, stepMs, ...given } = { ...DEFAULTS, ...options };
  const { load, slo, run = runLoad, signal, onStep, limitMs, clock = systemClock } = given;
  const capacity = await findCapacity({
    ...{ slo, startPerSecond: fromPerSecond, maxPerSecond: toPerSecond, stepShare: precision, clock },
    ...{ minStepMs: stepMs, maxStepMs: longestMs(stepMs, slo, precision) },
    ...(limitMs !== undefined && { limitMs }),
    ...(signal && { signal }),
    ...(onStep && { onStep }),
    runStep: (plan) => {
      const { ratePerSecond, durationMs } = plan;
      const arrivals = { kind: 'constant', ratePerSecond, durationMs } as const;
      const settle = (): Promise<boolean> => comesToRest(given, run);
      return runLoadStep(plan, { run, load: { ...load, arrivals, clock }, slo, settle, ...(signal && { signal }) });
    },
  });
  const { scenario, target } = load;
  const head = { schema: 'millrace-find-max/1', scenario: scenario.name, target, slo } as const;
  return { ...head, ...capacity, missedPerSecond: missedAbove(capacity) };
}

/** A minute, or what the SLO and the precision ask for. */
function longestMs(stepMs: number, { p99Ms }: Slo, precision: number): number {
  return Math.min(600_000, Math.max(LADDER_DEFAULTS.maxStepMs, stepMs, (3 * p99Ms) / precision));
}

function missedAbove({ perSecond, steps }: Capacity): number | null {
  const above = steps
    .filter(({ outcome, ratePerSecond }) => outcome !== 'met' && ratePerSecond > (perSecond ?? 0))
    .map(({ ratePerSecond }) => ratePerSecond);
  return above.length === 0 ? null : Math.min(...above);
}

/** Whether a few requests are answered within the SLO before long; a refusal is an answer. */
async function comesToRest(
  { load, slo, signal, clock = systemClock }: FindMaxOptions,
  run: LoadStepOptions['run'],
): Promise<boolean> {
  for (let probe = 0; probe < MOST_PROBES && signal?.aborted !== true; probe++) {
    const { total } = await run({ ...load, arrivals: PROBE, drainMs: slo.p99Ms, clock, ...(signal && { signal }) });
    const { timeout = 0, unsent = 0 } = total.errors;
    const slowestMs = Histogram.from(total.responseTimeUs).percentile(100) / 1_000;
    if (timeout + unsent + total.interrupted === 0 && slowestMs < slo.p99Ms) return true;
  }
  return false;
}
