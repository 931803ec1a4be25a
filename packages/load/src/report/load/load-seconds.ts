import type { LoadResult, SecondResult } from '../../result/index.ts';
import type { SecondPoint } from '../charts/index.ts';
import type { Texts } from '../texts.ts';
import type { LoadStyle } from './load-style.ts';
import { groupsOf, sparkline } from './sparkline.ts';

/** A figure that each second has. */
export interface SecondFigure {
  readonly id: keyof Pick<Texts['load']['seconds'], 'good' | 'errors' | 'slowest'>;
  readonly scale: 'linear' | 'log';
  read(second: SecondResult): number;
}

/** What is shown of the seconds. */
export const SECOND_FIGURES: readonly SecondFigure[] = [
  { id: 'good', scale: 'linear', read: ({ ok }) => ok },
  { id: 'errors', scale: 'linear', read: ({ errors }) => errors },
  { id: 'slowest', scale: 'log', read: ({ maxResponseUs }) => maxResponseUs / 1000 },
];

const SPARK_CELLS = 40;

/** The seconds that the schedule ran through: what is left of the last one says nothing of a rate. */
export function wholeSeconds({ seconds, arrivals, interrupted }: LoadResult): readonly SecondResult[] {
  const ran = interrupted ? seconds.length - 1 : Math.floor(arrivals.durationMs / 1000);
  const whole = seconds.slice(0, Math.max(0, ran));
  return whole.length === 0 ? seconds : whole;
}

/** Of each figure its course, mean, least and most; no line of errors where there were none. Nothing for a single second. */
export function secondCells(result: LoadResult, { texts, format }: LoadStyle): string[][] {
  const seconds = wholeSeconds(result);
  if (seconds.length < 2) return [];
  const words = texts.load.seconds;
  const lines = SECOND_FIGURES.flatMap(({ id, read }) => {
    const values = seconds.map(read);
    const most = values.reduce((one, other) => Math.max(one, other), 0);
    if (id === 'errors' && most === 0) return [];
    const least = values.reduce((one, other) => Math.min(one, other), most);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    return [[words[id], sparkline(values, SPARK_CELLS), ...[mean, least, most].map(format.quantity)]];
  });
  return [['', '', texts.figures.meanMs, words.least, words.most], ...lines];
}

const MOST_POINTS = 240;

/** One figure as points of a chart, at most 240: of longer runs each is the mean, least and most of its seconds. */
export function secondPointsOf(result: LoadResult, { read }: SecondFigure): SecondPoint[] {
  return groupsOf(wholeSeconds(result), MOST_POINTS).map((group) => {
    const values = group.map(read);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    return { second: group[0]?.second ?? 0, mean, min: Math.min(...values), max: Math.max(...values) };
  });
}
