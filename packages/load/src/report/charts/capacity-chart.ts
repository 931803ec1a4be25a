import { type Markup, markup } from '../markup.ts';
import { levelMark, PLOT_X, PLOT_Y, plotChart } from './plot.ts';
import { linearScale, logScale, type Scale } from './scale.ts';
import { boundMark, fixed, type LegendEntry, linePath, pointMark } from './series.ts';

/** One step of the search. */
export interface CapacityPoint {
  readonly ratePerSecond: number;
  /** The figure that is drawn; null when the step has none. */
  readonly value: number | null;
  /** Hollow when missed; without a mark of its own when the generator, not the service, was the limit. */
  readonly outcome: 'met' | 'missed' | 'generator';
}

/** The search of one arm. */
export interface CapacitySeries extends LegendEntry {
  readonly points: readonly CapacityPoint[];
  readonly capacity: number | null;
  /** A lower bound: the true capacity lies farther right. */
  readonly atLeast: boolean;
  /** `812/s`, `≥ 4,000/s (generator)`. */
  readonly capacityText: string;
}

/** What {@link capacityChart} draws. */
export interface Capacities {
  readonly title: string;
  readonly series: readonly CapacitySeries[];
  /** The value that the SLO allows, and its words. */
  readonly slo: number;
  readonly sloText: string;
  readonly rateName: string;
  readonly scale: 'linear' | 'log';
  write(value: number): string;
  writeRate(rate: number): string;
}

/**
 * A figure of the service over the offered rate, with what the SLO allows and where each arm ended. Every step is a point;
 * the line of an arm goes through the median of those at one rate, because each rate is tried in several searches.
 */
export function capacityChart(data: Capacities): Markup {
  const points = data.series.flatMap((one) => one.points);
  const capacities = data.series.flatMap(({ capacity }) => (capacity === null ? [] : [capacity]));
  const x = logScale([...points.map(({ ratePerSecond }) => ratePerSecond), ...capacities], PLOT_X);
  const values = [data.slo, ...points.flatMap(({ value }) => (value === null ? [] : [value]))];
  const y = data.scale === 'log' ? logScale(values, PLOT_Y) : linearScale(Math.max(...values), PLOT_Y);
  return plotChart({
    title: data.title,
    x: { scale: x, name: data.rateName, write: data.writeRate },
    y: { scale: y, name: '', write: data.write },
    marks: [
      levelMark(y.at(data.slo), data.sloText),
      ...data.series.map((one) => capacityMark(one, x)),
      ...data.series.map((one) => curve(one, x, y, data)),
    ],
  });
}

function capacityMark({ kind, label, capacity, atLeast, capacityText }: CapacitySeries, x: Scale): Markup {
  if (capacity === null) return markup``;
  const at = fixed(x.at(capacity));
  return markup`<line class="capacity ${kind}" x1="${at}" x2="${at}" y1="${PLOT_Y.end}" y2="${PLOT_Y.start}"><title>${label}: ${capacityText}</title></line>${atLeast ? boundMark(kind, x.at(capacity), PLOT_Y.end) : undefined}
`;
}

function curve({ kind, label, points }: CapacitySeries, x: Scale, y: Scale, data: Capacities): Markup {
  const placed = points
    .flatMap(({ value, ...point }) => (value === null ? [] : [{ ...point, value }]))
    .map((point) => ({ ...point, x: x.at(point.ratePerSecond), y: y.at(point.value) }));
  const marks = placed.map((point) => {
    const title = `${label} · ${data.writeRate(point.ratePerSecond)} · ${data.write(point.value)}`;
    if (point.outcome === 'generator') return cross(kind, point.x, point.y, title);
    return pointMark(kind, point.x, point.y, title, point.outcome === 'missed');
  });
  const medians = [...Map.groupBy(placed, (point) => point.x)]
    .toSorted(([one], [other]) => one - other)
    .map(([at, found]) => [at, median(found.map((point) => point.y))] as const);
  return markup`<path class="curve ${kind}" d="${linePath(medians)}"/>
${marks}`;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const [lower = 0, upper = lower] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  return (lower + upper) / 2;
}

function cross(kind: string, x: number, y: number, title: string): Markup {
  const path = `M${fixed(x - 4)},${fixed(y - 4)}l8,8m0,-8l-8,8`;
  return markup`<path class="cross ${kind}" d="${path}"><title>${title}</title></path>`;
}
