/*
 * The highest rate at which a service holds its SLO.
 *
 * A service is driven step by step, each step an open-model run at one constant rate. The rate doubles until a step is
 * not met; between the last met and the first not met rate the search then halves the distance, on a logarithmic scale
 * because capacities differ by factors, until the two are neighbours: no more than `stepShare` apart. The result is the
 * lower one, a rate that was really met.
 *
 *   16× ✗   4× ✓   8× ✗ ✗   5.7× ✓   6.7× ✗ ✗   6.2× ✓      → 6.2×, and 6.7× is too much
 *
 * A slow rate needs a long step for its samples, so climbing from the slowest would be most of the search for a fast
 * service. The search leaps in at the lowest rate whose step is as short as any, and goes back to a quarter as often as
 * that is too much: a step that is lost ends early, so to leap too far costs little. A met run there is as good as any; one
 * that was not is none, for it may have met what the leap before had left behind.
 *
 * Noise makes a step miss its SLO far more often than meet it by luck. So a first run that is met stands, and two misses
 * are needed for a rate that is too much; but a rate that was missed once is met by two of three, else a second try would
 * favour luck. A run that the generator spoilt says nothing; two of these, and nothing is known of the rate.
 *
 * A step has samples enough for its P99, and lasts long enough for an excess to show: a service offered a share x too
 * much falls behind by x seconds each second, so an excess hides as long as x times the step is less than the SLO
 * allows. A step is so long that what hides is no more than half of `stepShare`.
 *
 * From there on the search ends at the first rate that is not met and never tries one above. A service that fails in
 * between and recovers above (a cache that only fills under load) therefore has the capacity below the gap: traffic has to
 * pass through those rates too.
 */
import { type Clock, systemClock } from 'millrace/core';
import { checkNumber, checkWhole } from '../errors.ts';
import { LADDER_DEFAULTS, ladderOf, queueMs, STEP_SAMPLES, stepDurationMs } from './ladder.ts';
import { judgeStep, type Slo, type StepMeasurement, type StepOutcome } from './slo.ts';

/** One step that is to run. */
export interface StepPlan {
  /** From 0, in the order of the search. */
  readonly index: number;
  readonly ratePerSecond: number;
  readonly durationMs: number;
}

/** One step that ran. */
export interface CapacityStep {
  readonly ratePerSecond: number;
  readonly achievedPerSecond: number;
  /** Null with too few samples. */
  readonly p99Ms: number | null;
  /** Only where it is a lower bound: what was never answered reaches it, and the step was not met. */
  readonly p99Bound?: 'at-least';
  /** 0 to 1. */
  readonly errorShare: number;
  readonly outcome: StepOutcome;
}

/**
 * What kept a search from a higher rate.
 *
 * - `slo` the service does not hold its SLO above
 * - `generator` the generator could not send more
 * - `range` the highest rate of the search was met
 * - `steps`, `time` the search has used up its `maxSteps` or its `limitMs`
 * - `unsettled` the service did not come to rest after a step
 * - `stopped` the search was told to end
 */
export type SearchLimit = 'slo' | 'generator' | 'range' | 'steps' | 'time' | 'unsettled' | 'stopped';

/** What a search found. */
export interface Capacity {
  /** The highest rate that was met; 0: the service does not hold the first; null: nothing is known. */
  readonly perSecond: number | null;
  /** `exact`: `stepShare` more was not met. `at-least`: see {@link Capacity.limitedBy}. */
  readonly bound: 'exact' | 'at-least';
  readonly limitedBy: SearchLimit;
  /** All of them in order, repeated ones too. */
  readonly steps: readonly CapacityStep[];
}

/** Options of {@link findCapacity}. */
export interface CapacityOptions {
  /** Drives one step and waits until the service has settled. */
  readonly runStep: (plan: StepPlan) => Promise<StepMeasurement>;
  readonly slo: Slo;
  /** The first rate; more than 0, and high enough for 1,000 samples within `maxStepMs`. */
  readonly startPerSecond: number;
  /** The highest rate that is tried, up to 1,000,000. */
  readonly maxPerSecond: number;
  /** How far apart the met and the not met rate may be in the end, as a share of the met one; 0.02 to 1, default 0.15. */
  readonly stepShare?: number;
  /** The shortest step, 100 to 600,000; default 4,000. */
  readonly minStepMs?: number;
  /** The longest step, up to 600,000, not below `minStepMs` nor twice `slo.p99Ms` ÷ `stepShare`; default 60,000. */
  readonly maxStepMs?: number;
  /** Most steps, with their repetitions, 1 to 1,000; default 40. */
  readonly maxSteps?: number;
  /** No step is begun that would end after this long, 1,000 to 86,400,000; default 600,000. */
  readonly limitMs?: number;
  /** Told of each step once it is judged; not of one that a stop cut short. */
  readonly onStep?: (step: CapacityStep) => void;
  /** Aborting ends the search with what it knows; `runStep` is expected to end early too. */
  readonly signal?: AbortSignal;
  readonly clock?: Clock;
}

type Settings = Required<Omit<CapacityOptions, 'signal' | 'onStep'>> & Pick<CapacityOptions, 'signal' | 'onStep'>;

const MAX_PER_SECOND = 1_000_000;
/** This many runs of one kind make a rate missed, or unknown. */
const ENOUGH = 2;
/** Rates are rounded to be read; much finer than the finest `stepShare`. */
const DIGITS = 3;

/**
 * Searches for the highest rate that holds the SLO: leaps in, doubles the rate until a step is not met, then halves in.
 * The answer lies below the true limit by no more than `stepShare`, whatever a single noisy step says, and above it by
 * no more than half of that: a service which falls behind as slowly still answers in time until the step is over.
 *
 * Rejects only for bad options, or with what `runStep` rejects with.
 * @throws MILLRACE_LOAD_OPTION_INVALID
 * @example
 * const runStep = async ({ ratePerSecond }: { ratePerSecond: number }) => ({
 *   achievedRatio: 1,
 *   p99: { kind: 'value', us: ratePerSecond > 700 ? 900_000 : 20_000 } as const,
 *   errorShare: 0, valid: true, settled: true,
 * });
 * const slo = { p99Ms: 200, errorShare: 0.001 };
 * const { perSecond } = await findCapacity({ runStep, slo, startPerSecond: 50, maxPerSecond: 5_000 });
 * console.log(perSecond); // 673: one step of 15 % more was too much
 */
export async function findCapacity(options: CapacityOptions): Promise<Capacity> {
  const search = new Search(readOptions(options));
  await search.climb();
  await search.narrow();
  return search.result();
}

class Search {
  readonly #settings: Settings;
  readonly #startedAt: number;
  readonly #steps: CapacityStep[] = [];
  /** What the runs of each rate came to. */
  readonly #runs = new Map<number, Record<StepOutcome, number>>();
  /** The highest rate that was met. */
  #met = 0;
  /** The lowest rate that was confirmed as not met, and why. */
  #tooMuch: { readonly ratePerSecond: number; readonly outcome: StepOutcome } | undefined;
  #unsettled = false;
  /** What ended the search before its rates did. */
  #cutShortBy: SearchLimit | undefined;

  constructor(settings: Settings) {
    this.#settings = settings;
    this.#startedAt = settings.clock.now();
  }

  async climb(): Promise<void> {
    const { rungs, entries } = ladderOf(this.#settings);
    const place = await this.#leapIn(rungs, entries);
    for (const rate of rungs.slice(place)) if ((await this.#try(rate)) !== 'met') return;
  }

  /** The place to climb from: the first one whose only run is met, or the lowest. */
  async #leapIn(rungs: readonly number[], entries: readonly number[]): Promise<number> {
    for (const place of entries.filter((one) => one > 0)) {
      const rate = rungs[place] ?? 0;
      const outcome = await this.#run(rate);
      if (outcome === 'met' || outcome === undefined) return place;
      this.#runs.delete(rate);
    }
    return 0;
  }

  async narrow(): Promise<void> {
    while (this.#met > 0 && this.#tooMuch !== undefined && !this.#isNarrow()) {
      const middle = Math.sqrt(this.#met * this.#tooMuch.ratePerSecond);
      if ((await this.#try(Number(middle.toPrecision(DIGITS)))) === undefined) return;
    }
  }

  result(): Capacity {
    const steps = this.#steps;
    if (this.#tooMuch === undefined || !this.#isNarrow()) {
      const perSecond = this.#met === 0 ? null : this.#met;
      return { perSecond, bound: 'at-least', limitedBy: this.#cutShortBy ?? 'range', steps };
    }
    const byGenerator = this.#tooMuch.outcome === 'generator';
    if (byGenerator && this.#met === 0) return { perSecond: null, bound: 'at-least', limitedBy: 'generator', steps };
    const found = byGenerator ? ({ bound: 'at-least', limitedBy: 'generator' } as const) : EXACT;
    return { perSecond: this.#met, ...found, steps };
  }

  /** Whether nothing is left between the two rates. */
  #isNarrow(): boolean {
    const tooMuch = this.#tooMuch?.ratePerSecond ?? Number.POSITIVE_INFINITY;
    return this.#met === 0 || tooMuch <= this.#met * (1 + this.#settings.stepShare);
  }

  /** What a rate comes to; undefined when the search is over before that is known. */
  async #try(ratePerSecond: number): Promise<StepOutcome | undefined> {
    for (;;) {
      const { met, missed, generator } = this.#runsOf(ratePerSecond);
      if (met > missed) {
        this.#met = ratePerSecond;
        return 'met';
      }
      if (missed >= ENOUGH || generator >= ENOUGH) {
        const outcome = missed >= ENOUGH ? 'missed' : 'generator';
        this.#tooMuch = { ratePerSecond, outcome };
        return outcome;
      }
      if ((await this.#run(ratePerSecond)) === undefined) return undefined;
    }
  }

  #runsOf(ratePerSecond: number): Record<StepOutcome, number> {
    const runs = this.#runs.get(ratePerSecond) ?? { met: 0, missed: 0, generator: 0 };
    this.#runs.set(ratePerSecond, runs);
    return runs;
  }

  async #run(ratePerSecond: number): Promise<StepOutcome | undefined> {
    const { runStep, slo, signal, onStep } = this.#settings;
    const durationMs = stepDurationMs(ratePerSecond, this.#settings);
    this.#cutShortBy = this.#whyNot(durationMs);
    if (this.#cutShortBy !== undefined) return undefined;
    const measured = await runStep({ index: this.#steps.length, ratePerSecond, durationMs });
    if (signal?.aborted === true) {
      this.#cutShortBy = 'stopped';
      return undefined;
    }
    const outcome = judgeStep(measured, slo);
    const step = toStep(ratePerSecond, measured, outcome);
    this.#steps.push(step);
    this.#runsOf(ratePerSecond)[outcome]++;
    onStep?.(step);
    this.#unsettled = !measured.settled;
    return outcome;
  }

  /** Why no step of this length may begin; undefined when it may. */
  #whyNot(durationMs: number): SearchLimit | undefined {
    const { maxSteps, limitMs, clock, signal } = this.#settings;
    if (signal?.aborted === true) return 'stopped';
    if (this.#unsettled) return 'unsettled';
    if (this.#steps.length >= maxSteps) return 'steps';
    return clock.now() - this.#startedAt + durationMs > limitMs ? 'time' : undefined;
  }
}

const EXACT = { bound: 'exact', limitedBy: 'slo' } as const;

function toStep(ratePerSecond: number, measured: StepMeasurement, outcome: StepOutcome): CapacityStep {
  const { achievedRatio, p99, errorShare } = measured;
  return {
    ratePerSecond,
    achievedPerSecond: ratePerSecond * achievedRatio,
    p99Ms: p99.kind === 'too-few' ? null : p99.us / 1_000,
    ...(p99.kind === 'at-least' && { p99Bound: 'at-least' }),
    errorShare,
    outcome,
  };
}

/** Refuses options that are out of range. @throws MILLRACE_LOAD_OPTION_INVALID */
export function checkCapacity(options: Omit<CapacityOptions, 'runStep'>): void {
  readOptions({ ...options, runStep: () => Promise.reject(new TypeError('only the options are checked')) });
}

function readOptions(options: CapacityOptions): Settings {
  const settings = {
    ...LADDER_DEFAULTS,
    maxSteps: 40,
    limitMs: 600_000,
    clock: systemClock,
    ...options,
  };
  checkNumber('slo.p99Ms', settings.slo.p99Ms, 1, 3_600_000);
  checkNumber('slo.errorShare', settings.slo.errorShare, 0, 1);
  checkNumber('stepShare', settings.stepShare, 0.02, 1);
  checkNumber('minStepMs', settings.minStepMs, 100, 600_000);
  const shortestMs = Math.max(settings.minStepMs, queueMs(settings.slo, settings.stepShare));
  checkNumber('maxStepMs', settings.maxStepMs, shortestMs, 600_000);
  checkWhole('maxSteps', settings.maxSteps, 1, 1_000);
  checkNumber('limitMs', settings.limitMs, 1_000, 86_400_000);
  checkNumber('startPerSecond', settings.startPerSecond, (STEP_SAMPLES * 1_000) / settings.maxStepMs, MAX_PER_SECOND);
  checkNumber('maxPerSecond', settings.maxPerSecond, settings.startPerSecond, MAX_PER_SECOND);
  return settings;
}
