import { type Markup, markup } from '../markup.ts';
import { PLOT_X, PLOT_Y, plotChart } from './plot.ts';
import { linearScale, logScale, type Scale } from './scale.ts';
import { type LegendEntry, linePath, pointMark } from './series.ts';

/** One figure of one second, over the rounds of an arm. */
export interface SecondPoint {
  /** From 0, of the intended schedule. */
  readonly second: number;
  readonly mean: number;
  readonly min: number;
  readonly max: number;
}

/** The seconds of one arm. */
export interface SecondsSeries extends LegendEntry {
  readonly points: readonly SecondPoint[];
}

/** What {@link secondsChart} draws. */
export interface Seconds {
  readonly title: string;
  readonly series: readonly SecondsSeries[];
  readonly secondName: string;
  /** `log` for times that differ by orders of magnitude. */
  readonly scale: 'linear' | 'log';
  write(value: number): string;
}

/** A figure second by second: the mean of an arm's rounds as a line, from their smallest to their largest as a band. */
export function secondsChart({ title, series, secondName, scale, write }: Seconds): Markup {
  const points = series.flatMap((one) => one.points);
  const seconds = linearScale(Math.max(1, ...points.map(({ second }) => second)), PLOT_X);
  const whole = { ...seconds, ticks: seconds.ticks.filter(Number.isInteger) };
  const values = points.flatMap(({ min, max }) => [min, max]);
  const y = scale === 'log' ? logScale(values, PLOT_Y) : linearScale(Math.max(...values), PLOT_Y);
  return plotChart({
    title,
    x: { scale: whole, name: secondName, write: String },
    y: { scale: y, name: '', write },
    marks: [
      ...series.map((one) => band(one, seconds, y)),
      // The solid line of the last arm goes below the dashed ones, which it would hide.
      ...series.toReversed().map((one) => line(one, seconds, y, write)),
    ],
  });
}

function band({ kind, points }: SecondsSeries, x: Scale, y: Scale): Markup {
  const upper = points.map(({ second, max }) => [x.at(second), y.at(max)] as const);
  const lower = points.map(({ second, min }) => [x.at(second), y.at(min)] as const).toReversed();
  return markup`<path class="band ${kind}" d="${linePath([...upper, ...lower])}"/>
`;
}

function line({ kind, label, points }: SecondsSeries, x: Scale, y: Scale, write: Seconds['write']): Markup {
  const path = linePath(points.map(({ second, mean }) => [x.at(second), y.at(mean)]));
  const marks = points.map(({ second, mean }) =>
    pointMark(kind, x.at(second), y.at(mean), `${label} · ${second} · ${write(mean)}`),
  );
  return markup`<path class="curve ${kind}" d="${path}"/>
${marks}`;
}
