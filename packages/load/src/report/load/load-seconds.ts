import type { LoadResult, SecondResult } from '../../result/index.ts';
import type { SecondPoint } from '../charts/index.ts';
import type { Texts } from '../texts.ts';
import type { LoadStyle } from './load-style.ts';
import { groupsOf, sparkline } from './sparkline.ts';

/** A figure that each second has. */
export interface SecondFigure {
  readonly id: keyof Pick<Texts['load']['seconds'], 'good' | 'errors' | 'slowest' | 'p50' | 'p95' | 'p99'>;
  readonly scale: 'linear' | 'log';
  /** `seconds`: how many an entry spans. NaN where it has none. */
  read(second: SecondResult, seconds: number): number;
}

const timeFigure = (id: 'p50' | 'p95' | 'p99'): SecondFigure => {
  return { id, scale: 'log', read: ({ responseUs }) => (responseUs?.[id] ?? Number.NaN) / 1000 };
};

/** Figures that have a chart each. */
export const SECOND_FIGURES: readonly SecondFigure[] = [
  { id: 'good', scale: 'linear', read: ({ ok }, seconds) => ok / seconds },
  { id: 'errors', scale: 'linear', read: ({ errors }, seconds) => errors / seconds },
  { id: 'slowest', scale: 'log', read: ({ maxResponseUs }) => maxResponseUs / 1000 },
];

/** Figures that share a chart, the largest first. */
export const SECOND_PERCENTILES: readonly SecondFigure[] = [timeFigure('p99'), timeFigure('p95'), timeFigure('p50')];

const SUMMED_UP: readonly SecondFigure[] = [
  ...SECOND_FIGURES.slice(0, 2),
  timeFigure('p50'),
  timeFigure('p95'),
  ...SECOND_FIGURES.slice(2),
];

const SPARK_CELLS = 40;

/** The seconds that the schedule ran through: what is left of the last one says nothing of a rate. */
export function wholeSeconds({
  seconds,
  windowSeconds = 1,
  arrivals,
  interrupted,
}: LoadResult): readonly SecondResult[] {
  const ran = interrupted ? seconds.length - 1 : Math.floor(arrivals.durationMs / 1000 / windowSeconds);
  const whole = seconds.slice(0, Math.max(0, ran));
  return whole.length === 0 ? seconds : whole;
}

/** Of each figure its course, mean, least and most; no line of errors where there were none. Nothing for a single second. */
export function secondCells(result: LoadResult, { texts, format }: LoadStyle): string[][] {
  const seconds = wholeSeconds(result);
  if (seconds.length < 2) return [];
  const words = texts.load.seconds;
  const lines = SUMMED_UP.flatMap(({ id, read }) => {
    const values = seconds.map((one) => read(one, result.windowSeconds ?? 1)).filter(Number.isFinite);
    if (values.length === 0) return [];
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
  return groupsOf(wholeSeconds(result), MOST_POINTS).flatMap((group) => {
    const values = group.map((one) => read(one, result.windowSeconds ?? 1)).filter(Number.isFinite);
    if (values.length === 0) return [];
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    return [{ second: group[0]?.second ?? 0, mean, min: Math.min(...values), max: Math.max(...values) }];
  });
}
