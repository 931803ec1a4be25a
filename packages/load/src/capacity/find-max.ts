import { type Clock, createRandom, MillraceError, systemClock } from 'millrace/core';
import { checkNumber } from '../errors.ts';
import type { LoadOptions } from '../run/index.ts';
import { runLoad } from '../run/index.ts';
import { LADDER_DEFAULTS, type LadderOptions, LONGEST_STEP_MS, longestP99Ms, queueMs, searchMs } from './ladder.ts';
import { type LoadStepOptions, runLoadStep } from './load-step.ts';
import { comesToRest } from './rest.ts';
import { type Capacity, type CapacityOptions, checkCapacity, findCapacity, type SearchLimit } from './search.ts';
import { LIMIT_MARGIN, type SearchTime, searchTime } from './search-time.ts';
import type { Slo, StepMeasurement } from './slo.ts';

/** Options of {@link findMax}. */
export interface FindMaxOptions {
  /** What to send, and where to. */
  readonly load: Omit<LoadOptions<unknown>, 'arrivals' | 'signal' | 'onProgress' | 'clock'>;
  /** Its P99 is at most 297,000 ms times the precision. */
  readonly slo: Slo;
  /** The first rate a second; at least 17 unless steps are longer than a minute, default 50. */
  readonly fromPerSecond?: number;
  /** The highest rate a second that is tried; default 20,000. */
  readonly toPerSecond?: number;
  /** The shortest step, 100 to 600,000; default 4,000. A step is longer where its P99 or a queue needs it. */
  readonly stepMs?: number;
  /** How far apart the met and the not met rate may be in the end, as a share; 0.02 to 1, default 0.05. */
  readonly precision?: number;
  /** No step is begun that would end after this long, 1,000 to 86,400,000; default ten minutes, or twice what its steps may take. */
  readonly limitMs?: number;
  readonly onStep?: CapacityOptions['onStep'];
  /** Aborting ends the search with what it knows. */
  readonly signal?: AbortSignal;
  readonly clock?: Clock;
  /** Drives the runs; default `runLoad`, or a double in tests. */
  readonly run?: LoadStepOptions['run'];
}

/** The result of a search, as written to JSON. */
export interface FoundMax extends Omit<Capacity, 'limitedBy'> {
  /** `died`: the service could not be reached any more. */
  readonly limitedBy: SearchLimit | 'died';
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

/**
 * Searches for the highest rate at which a service holds its SLO, by runs at one rate each: see {@link findCapacity}.
 * Between them it waits until the service answers within the SLO again.
 * @throws MILLRACE_LOAD_OPTION_INVALID
 * @throws MILLRACE_LOAD_TARGET_REFUSED, MILLRACE_LOAD_TARGET_UNREACHABLE before the first step is over, MILLRACE_LOAD_TLS_FAILED
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
  const { load, slo, run = runLoad, signal, onStep, clock = systemClock } = options;
  const unmeasured = new AbortController();
  let isLost = false;
  const random = createRandom(load.seed);
  const over = signal === undefined ? unmeasured.signal : AbortSignal.any([unmeasured.signal, signal]);
  const seeded = (place: string) => ({ ...load, clock, seed: random.fork(place).int(0x7fff_ffff) });
  const ladder = ladderOptions(options);
  const capacity = await findCapacity({
    ...{ ...ladder, clock, limitMs: options.limitMs ?? defaultLimitMs(ladder), signal: over },
    ...(onStep && { onStep }),
    runStep: async (plan) => {
      const { index, ratePerSecond, durationMs } = plan;
      const arrivals = { kind: 'constant', ratePerSecond, durationMs } as const;
      const probe = (place: number) => seeded(`rest/${index}/${place}`);
      const settle = unlessLost(
        () => comesToRest({ run, probe, slo, signal: over }),
        () => {
          isLost = true;
          return false;
        },
      );
      const step = (): Promise<StepMeasurement> =>
        runLoadStep(plan, { run, load: { ...seeded(`step/${index}`), arrivals }, slo, settle, signal: over });
      if (index === 0) return step();
      return unlessLost(step, () => {
        isLost = true;
        unmeasured.abort();
        return NOT_MEASURED;
      })();
    },
  });
  const head = { schema: 'millrace-find-max/1', scenario: load.scenario.name, target: load.target, slo } as const;
  const died = isLost && capacity.bound === 'at-least';
  return {
    ...head,
    ...capacity,
    limitedBy: died ? 'died' : capacity.limitedBy,
    missedPerSecond: missedAbove(capacity),
  };
}

/**
 * How long {@link findMax} will take with these options, to be said before it starts.
 * @throws MILLRACE_LOAD_OPTION_INVALID
 * @example
 * const { usualMs, mostMs } = findMaxTime({ slo: parseSlo('http.p99<200ms') });
 */
export function findMaxTime(options: Omit<FindMaxOptions, 'load'>): SearchTime {
  const ladder = ladderOptions(options);
  return searchTime(ladder, options.limitMs ?? defaultLimitMs(ladder));
}

function ladderOptions({ slo, ...given }: Omit<FindMaxOptions, 'load'>): LadderOptions & Pick<CapacityOptions, 'slo'> {
  const precision = given.precision ?? DEFAULTS.precision;
  const minStepMs = given.stepMs ?? DEFAULTS.stepMs;
  checkNumber('precision', precision, 0.02, 1);
  checkNumber('slo.p99Ms', slo.p99Ms, 1, longestP99Ms(precision));
  const ladder = {
    ...{ slo, stepShare: precision, minStepMs },
    startPerSecond: given.fromPerSecond ?? DEFAULTS.fromPerSecond,
    maxPerSecond: given.toPerSecond ?? DEFAULTS.toPerSecond,
    // A minute, or what the SLO and the precision ask for.
    maxStepMs: Math.min(LONGEST_STEP_MS, Math.max(LADDER_DEFAULTS.maxStepMs, minStepMs, queueMs(slo, precision))),
  };
  checkCapacity(ladder);
  return ladder;
}

function defaultLimitMs(ladder: LadderOptions): number {
  return Math.min(86_400_000, Math.max(600_000, LIMIT_MARGIN * searchMs(ladder)));
}

/** Stands for the step whose service was gone; it is in no result. */
const NOT_MEASURED: StepMeasurement = {
  ...{ achievedRatio: 0, p99: { kind: 'too-few', samples: 0, needed: 1 }, errorShare: 1, valid: true, settled: false },
};

/** Does what needs the service, or something else once that cannot be reached any more. */
function unlessLost<Value>(work: () => Promise<Value>, otherwise: () => Value): () => Promise<Value> {
  return async () => {
    try {
      return await work();
    } catch (error) {
      if (error instanceof MillraceError && error.code === 'MILLRACE_LOAD_TARGET_UNREACHABLE') return otherwise();
      throw error;
    }
  };
}

function missedAbove({ perSecond, steps }: Capacity): number | null {
  const above = steps
    .filter(({ outcome, ratePerSecond }) => outcome !== 'met' && ratePerSecond > (perSecond ?? 0))
    .map(({ ratePerSecond }) => ratePerSecond);
  return above.length === 0 ? null : Math.min(...above);
}
