import { type Markup, markup } from '../markup.ts';
import type { Extent, Scale } from './scale.ts';
import { fixed } from './series.ts';

const WIDTH = 480;
const HEIGHT = 236;
const LEFT = 54;
const RIGHT = 20;
const TOP = 14;
const BOTTOM = 44;

/** Where the two directions of a plot lie; `y` grows upwards. */
export const PLOT_X: Extent = { start: LEFT, end: WIDTH - RIGHT };
export const PLOT_Y: Extent = { start: HEIGHT - BOTTOM, end: TOP };

/** One direction of a plot: its scale, what it is called and how its ticks are written. */
export interface Axis {
  readonly scale: Scale;
  readonly name: string;
  write(value: number): string;
}

/** A chart of two directions. */
export interface Plot {
  /** Read aloud in place of the picture. */
  readonly title: string;
  readonly x: Axis;
  readonly y: Axis;
  /** Drawn over the grid. */
  readonly marks: readonly Markup[];
}

/** The frame of a chart: grid, ticks, names of the axes, and the marks in it. */
export function plotChart({ title, x, y, marks }: Plot): Markup {
  const middle = (PLOT_X.start + PLOT_X.end) / 2;
  return markup`<svg class="plot" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img"><title>${title}</title>
${y.scale.ticks.map((tick) => horizontal(tick, y))}
${x.scale.ticks.map((tick) => vertical(tick, x))}
<text class="axis-name" x="${middle}" y="${HEIGHT - 6}">${x.name}</text>
${marks}
</svg>`;
}

function horizontal(tick: number, { scale, write }: Axis): Markup {
  const at = scale.at(tick);
  return markup`<line class="grid" x1="${PLOT_X.start}" x2="${PLOT_X.end}" y1="${fixed(at)}" y2="${fixed(at)}"/>
<text class="tick y" x="${PLOT_X.start - 6}" y="${fixed(at + 4)}">${write(tick)}</text>`;
}

function vertical(tick: number, { scale, write }: Axis): Markup {
  const at = scale.at(tick);
  return markup`<line class="grid" x1="${fixed(at)}" x2="${fixed(at)}" y1="${PLOT_Y.end}" y2="${PLOT_Y.start}"/>
<text class="tick" x="${fixed(at)}" y="${PLOT_Y.start + 18}">${write(tick)}</text>`;
}

/** A line across the whole plot at one value of `y`, named at its right end. */
export function levelMark(y: number, name: string): Markup {
  return markup`<line class="level" x1="${PLOT_X.start}" x2="${PLOT_X.end}" y1="${fixed(y)}" y2="${fixed(y)}"/>
<text class="level-name" x="${PLOT_X.end}" y="${fixed(y - 5)}">${name}</text>`;
}
