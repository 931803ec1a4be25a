import { samplesNeeded } from '../result/index.ts';
import type { CapacityOptions } from './search.ts';
import type { Slo } from './slo.ts';

/** What the rates of a search and their times follow from. */
export type LadderOptions = Pick<
  CapacityOptions,
  'slo' | 'startPerSecond' | 'maxPerSecond' | 'stepShare' | 'minStepMs' | 'maxStepMs'
>;

/** Samples that a step needs for its P99. */
export const STEP_SAMPLES: number = samplesNeeded(99);
/** No step is longer. */
export const LONGEST_STEP_MS = 600_000;
export const LADDER_DEFAULTS = { stepShare: 0.15, minStepMs: 4_000, maxStepMs: 60_000 } as const;

const GROWTH = 2;
/** A quarter of the rate, where the rate doubles from rung to rung. */
const RUNGS_BACK = 2;
/** Of the requests of a step that is too much, those that make its P99 wait have been sent by then. */
const P99_SHARE = 0.99;
/** The part of `stepShare` by which an excess may stay hidden. */
const HIDDEN_SHARE = 0.5;

/** How long a step of this rate lasts. */
export function stepDurationMs(
  ratePerSecond: number,
  options: Pick<LadderOptions, 'slo' | 'stepShare' | 'minStepMs' | 'maxStepMs'>,
): number {
  const { slo, stepShare, minStepMs, maxStepMs } = { ...LADDER_DEFAULTS, ...options };
  const samplesMs = Math.ceil((STEP_SAMPLES * 1_000) / ratePerSecond);
  return Math.min(maxStepMs, Math.max(minStepMs, samplesMs, queueMs(slo, stepShare)));
}

/** How long an excess of half the `stepShare` needs until the P99 of a step waits for as long as the SLO allows. */
export function queueMs({ p99Ms }: Slo, stepShare: number): number {
  return Math.ceil(p99Ms / (P99_SHARE * HIDDEN_SHARE * stepShare));
}

/** The longest SLO whose excess shows within the longest step. */
export function longestP99Ms(stepShare: number): number {
  return Math.floor((LONGEST_STEP_MS - 1) * P99_SHARE * HIDDEN_SHARE * stepShare);
}

/** The rates of the climb. */
export interface Ladder {
  /** From the first rate to the highest, each twice the one before. */
  readonly rungs: readonly number[];
  /** Places of the rungs at which a search may begin, in the order in which it tries them; the last is 0. */
  readonly entries: readonly number[];
}

export function ladderOf(options: LadderOptions): Ladder {
  const { startPerSecond, maxPerSecond } = options;
  const rungs: number[] = [];
  for (let rate = startPerSecond; rate < maxPerSecond; rate *= GROWTH) rungs.push(rate);
  rungs.push(maxPerSecond);
  const shortestMs = stepDurationMs(maxPerSecond, options);
  const entries: number[] = [];
  let place = rungs.findIndex((rate) => stepDurationMs(rate, options) === shortestMs);
  for (; place > 0; place -= RUNGS_BACK) entries.push(place);
  return { rungs, entries: [...entries, 0] };
}

/**
 * How long the steps of a search take at most, whatever the capacity, when no rate that the service holds is missed.
 * Steps that are lost end earlier. After each of them `afterStepMs` more pass.
 */
export function searchMs(options: LadderOptions, afterStepMs = 0): number {
  const ladder = ladderOf(options);
  const lengths = [-1, ...ladder.rungs.keys()].map((held) =>
    ratesUpTo(held, ladder, options).reduce((sum, rate) => sum + stepDurationMs(rate, options) + afterStepMs, 0),
  );
  return Math.max(...lengths);
}

/** What is run for a service that holds the rung at this place and not the next; -1: not even the first. */
function ratesUpTo(held: number, { rungs, entries }: Ladder, options: LadderOptions): number[] {
  const tooHigh = entries.filter((place) => place > Math.max(0, held)).map((place) => rungs[place] ?? 0);
  const entry = entries.find((place) => place <= held) ?? 0;
  const climbed = rungs.slice(entry, held + 2);
  const limit = rungs[held + 1];
  const between = limit === undefined ? [] : ratesBetween(rungs[held] ?? limit, limit, options);
  const again = limit === undefined ? [] : [limit, ...between];
  return [...tooHigh, ...climbed, ...between, ...again];
}

/** What a search tries between two rates when it is too much each time. */
function ratesBetween(met: number, missed: number, { stepShare = LADDER_DEFAULTS.stepShare }: LadderOptions): number[] {
  const halvings = Math.ceil(Math.log2(Math.log(missed / met) / Math.log(1 + stepShare)));
  return Array.from({ length: Math.max(0, halvings) }, (_, i) => met * (missed / met) ** (0.5 ** (i + 1)));
}
