import { type AnsweredTimes, answeredWithin } from '../../result/index.ts';
import { type Markup, markup } from '../markup.ts';
import { PLOT_X, PLOT_Y, plotChart } from './plot.ts';
import { logScale, type Scale } from './scale.ts';
import { type LegendEntry, linePath } from './series.ts';

const POINTS = 240;
const SHARE_TICKS = [0, 0.25, 0.5, 0.75, 1];

/** The times of one arm. */
export interface DistributionSeries extends LegendEntry, AnsweredTimes {}

/** What {@link distributionChart} draws. */
export interface Distributions {
  readonly title: string;
  readonly series: readonly DistributionSeries[];
  readonly timeName: string;
  writeTime(ms: number): string;
  writeShare(share: number): string;
}

/** Share of all requests answered well within a time, a curve an arm, over a logarithmic axis of milliseconds. */
export function distributionChart(data: Distributions): Markup {
  const filled = data.series.filter(({ times }) => times.count > 0);
  const ends = filled.flatMap(({ times }) => [Math.max(times.min, 10) / 1000, times.max / 1000]);
  const time = logScale(ends, PLOT_X);
  const share: Scale = {
    from: 0,
    to: 1,
    ticks: SHARE_TICKS,
    at: (value) => PLOT_Y.start + value * (PLOT_Y.end - PLOT_Y.start),
  };
  return plotChart({
    title: data.title,
    x: { scale: time, name: data.timeName, write: data.writeTime },
    y: { scale: share, name: '', write: data.writeShare },
    marks: filled.toReversed().map(
      (one) => markup`<path class="curve ${one.kind}" d="${linePath(pointsOf(one, time, share))}"/>
`,
    ),
  });
}

function pointsOf(series: DistributionSeries, time: Scale, share: Scale): [number, number][] {
  const answered = answeredWithin(series);
  const { from, to } = time;
  return Array.from({ length: POINTS + 1 }, (_, i) => {
    const ms = from * (to / from) ** (i / POINTS);
    return [time.at(ms), share.at(answered(ms * 1000))];
  });
}
