import { type ComparedRun, type Comparison, compareRuns } from '@millrace/load';
import { createRandom, type Random } from 'millrace/core';
import type { Measurement } from '../measurement.ts';
import { type PlantedChange, simulateRound } from './simulated-round.ts';

const ROUNDS = 10;
/** Enough for an interval of 95 %; a hundred comparisons draw a hundred times as many. */
const RESAMPLES = 1_000;
const MINUTE_MS = 60_000;

type MetricId = Comparison['streams'][number]['metrics'][number]['metric'];

/** How often equal services are said to differ, and how often a planted shift is found, in percent of so many comparisons. */
export function measureComparePower(equal: number, shifted: number): Measurement[] {
  const alarms = shareOf(equal, 'equal', {}, ({ verdict }) => verdict === 'worse' || verdict === 'better');
  const isWorse =
    (id: MetricId) =>
    ({ streams }: Comparison): boolean =>
      streams[0]?.metrics.some(({ metric, verdict }) => metric === id && verdict === 'worse') === true;
  return [
    percentOf('load.compare.false-alarms', alarms),
    percentOf('load.compare.found-p50', shareOf(shifted, 'p50', { whole: 1.1 }, isWorse('p50'))),
    percentOf('load.compare.found-p99', shareOf(shifted, 'p99', { tail: 1.2 }, isWorse('p99'))),
  ];
}

/** The share of simulated comparisons, ten rounds a side taken in turns, that end so. */
export function shareOf(
  comparisons: number,
  name: string,
  change: PlantedChange,
  endsSo: (comparison: Comparison) => boolean,
): number {
  const random = createRandom(1).fork(name);
  let found = 0;
  for (let i = 0; i < comparisons; i++) if (endsSo(compareOnce(random, change, i))) found += 1;
  return found / comparisons;
}

function compareOnce(random: Random, change: PlantedChange, seed: number): Comparison {
  const [before, after]: [ComparedRun[], ComparedRun[]] = [[], []];
  for (let i = 0; i < ROUNDS; i++) {
    before.push({ name: `before ${i}`, result: simulateRound(random, {}, 2 * i * MINUTE_MS) });
    after.push({ name: `after ${i}`, result: simulateRound(random, change, (2 * i + 1) * MINUTE_MS) });
  }
  return compareRuns([{ name: 'simulated', before, after }], { seed, resamples: RESAMPLES });
}

function percentOf(goal: string, share: number): Measurement {
  return { goal, value: share * 100, spread: null };
}
