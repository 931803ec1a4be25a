import { createRandom, type Random } from 'millrace/core';
import { checkWhole } from '../errors.ts';

/** Options of {@link detectWarmUp}. */
export interface WarmUpOptions {
  /** Of the shuffles, 0 to 2^32 - 1; default 1. */
  readonly seed?: number;
}

/** Where a run settled. */
export interface WarmUp {
  /** How many of the means, from the start, are warm-up; 0 when there is none to be seen. */
  readonly length: number;
  /** `false`: it still changed in its second half; where it would have settled is unknown, and the length is 0. */
  readonly settled: boolean;
}

const SHUFFLES = 199;
/** Share of the shuffles that may look as changed as the run does. */
const ALARM_SHARE = 0.01;
const FEWEST = 10;

/**
 * How many means at the start of a run differ from the rest.
 *
 * The change point is where two levels fit best (least squares, the peak of the cumulated deviations), and counts when
 * the same means in random order hardly ever have one as clear. What follows it is searched again, so that a slow
 * settling is cut where little of it is left. One steady run in a hundred is said to have changed; one second alone, or
 * a run of fewer than ten, is never. Means that go up and down in waves of many seconds are taken for changes.
 * @param means one a second, of what should be steady: response times of a constant rate
 * @throws MILLRACE_LOAD_OPTION_INVALID
 * Source: Hinkley, Inference about the Change-Point in a Sequence of Random Variables (1970); the test by shuffles is that
 * of Taylor, Change-Point Analysis (2000).
 * @example
 * detectWarmUp([...[90, 88, 91], ...new Array(57).fill(10)]); // { length: 3, settled: true }
 */
export function detectWarmUp(means: readonly number[], { seed = 1 }: WarmUpOptions = {}): WarmUp {
  checkWhole('seed', seed, 0, 2 ** 32 - 1);
  const random = createRandom(seed);
  let length = 0;
  for (let rest = means; rest.length >= FEWEST; rest = means.slice(length)) {
    const change = clearestChange(rest);
    if (change.clearness === 0 || !standsOut(change.clearness, rest, random)) return { length, settled: true };
    length += change.at;
    if (length > means.length / 2) return { length: 0, settled: false };
  }
  return { length, settled: true };
}

interface Change {
  readonly at: number;
  /** Sum of squares that two levels explain and one does not. */
  readonly clearness: number;
}

function clearestChange(values: readonly number[]): Change {
  const all = values.length;
  const centre = values.reduce((total, value) => total + value, 0) / all;
  let best: Change = { at: 0, clearness: 0 };
  let sum = 0;
  for (let at = 1; at < all; at++) {
    sum += (values[at - 1] as number) - centre;
    const clearness = (sum * sum * all) / (at * (all - at));
    if (clearness > best.clearness) best = { at, clearness };
  }
  return best;
}

function standsOut(clearness: number, values: readonly number[], random: Random): boolean {
  let asClear = 1;
  for (let i = 0; i < SHUFFLES; i++) if (clearestChange(shuffle(values, random)).clearness >= clearness) asClear += 1;
  return asClear / (SHUFFLES + 1) <= ALARM_SHARE;
}

function shuffle(values: readonly number[], random: Random): number[] {
  const mixed = [...values];
  for (let i = mixed.length - 1; i > 0; i--) {
    const j = random.int(i + 1);
    [mixed[i], mixed[j]] = [mixed[j] as number, mixed[i] as number];
  }
  return mixed;
}
