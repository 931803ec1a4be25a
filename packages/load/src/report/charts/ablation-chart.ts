import { type Markup, markup } from '../markup.ts';
import { logScale, type Scale } from './scale.ts';
import { fixed } from './series.ts';

const WIDTH = 480;
const LEFT = 8;
const RIGHT = 8;
const LINE = 40;
const BAR = 12;
const FOOT = 40;

/** What one switch costs when it alone is turned back on. */
export interface AblationBar {
  readonly label: string;
  /** How many times the figure grows; null when it could not be compared. */
  readonly ratio: number | null;
  readonly spread: { readonly min: number; readonly max: number } | null;
  /** The spread includes 1: the switch made no difference that these rounds could show. */
  readonly alike: boolean;
  /** The ratio in words. */
  readonly text: string;
}

/** What {@link ablationChart} draws. */
export interface Ablations {
  readonly title: string;
  readonly bars: readonly AblationBar[];
  readonly axisName: string;
  write(ratio: number): string;
}

/**
 * A bar a switch from ×1, the optimised service, to what the switch makes of it, the costliest first, over a
 * logarithmic axis; its whisker is the spread. Costs of single switches do not add up, so the bars do not stand on
 * each other.
 */
export function ablationChart({ title, bars, axisName, write }: Ablations): Markup {
  const sorted = bars.toSorted((one, other) => (other.ratio ?? 0) - (one.ratio ?? 0));
  const values = bars.flatMap(({ ratio, spread }) => [ratio, spread?.min, spread?.max]);
  const finite = values.filter((value) => typeof value === 'number');
  const x = logScale([1, ...finite], { start: LEFT, end: WIDTH - RIGHT });
  const foot = bars.length * LINE;
  return markup`<svg class="plot wide" viewBox="0 0 ${WIDTH} ${foot + FOOT}" role="img"><title>${title}</title>
${x.ticks.map((tick) => tickMark(tick, x, foot, write))}
<line class="level" x1="${fixed(x.at(1))}" x2="${fixed(x.at(1))}" y1="0" y2="${foot}"/>
${sorted.map((bar, i) => switchBar(bar, x, i * LINE))}
<text class="axis-name" x="${WIDTH / 2}" y="${foot + FOOT - 6}">${axisName}</text>
</svg>`;
}

function tickMark(tick: number, x: Scale, foot: number, write: Ablations['write']): Markup {
  const at = x.at(tick);
  const anchor = at < LEFT + 20 ? 'start' : at > WIDTH - RIGHT - 20 ? 'end' : 'middle';
  return markup`<line class="grid" x1="${fixed(at)}" x2="${fixed(at)}" y1="0" y2="${foot}"/>
<text class="tick ${anchor}" x="${fixed(at)}" y="${foot + 16}">${write(tick)}</text>`;
}

function switchBar({ label, ratio, spread, alike, text }: AblationBar, x: Scale, top: number): Markup {
  const words = markup`<text class="bar-name" x="${LEFT}" y="${top + 15}">${label} <tspan class="bar-value">${text}</tspan></text>
`;
  if (ratio === null) return words;
  const [from, to] = [x.at(Math.min(1, ratio)), x.at(Math.max(1, ratio))];
  const y = top + 21;
  return markup`${words}<rect class="switch${alike ? ' alike' : ''}" x="${fixed(from)}" y="${y}" width="${fixed(to - from)}" height="${BAR}"/>
${spread === null ? undefined : whisker(x.at(spread.min), x.at(spread.max), y + BAR / 2)}`;
}

function whisker(from: number, to: number, y: number): Markup {
  const path = `M${fixed(from)},${y}L${fixed(to)},${y}M${fixed(from)},${y - 4}v8M${fixed(to)},${y - 4}v8`;
  return markup`<path class="whisker" d="${path}"/>
`;
}
