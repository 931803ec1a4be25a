import { type Markup, markup } from '../markup.ts';
import { textWidth, wrapText } from '../text-width.ts';
import { logScale, type Scale } from './scale.ts';
import { fixed } from './series.ts';

const WIDTH = 480;
const LEFT = 8;
const RIGHT = 8;
/** Of a line of words, which stand above their bar, and how many columns of letters fit in one. */
const WORDS = 15;
const COLUMNS = 60;
const BAR = 12;
const GAP = 13;
const FOOT = 40;

/** What one switch costs when it alone is turned back on. */
export interface AblationBar {
  readonly label: string;
  /** How many times the figure grows; null when it could not be compared. */
  readonly ratio: number | null;
  readonly spread: { readonly min: number; readonly max: number } | null;
  /** `alike`: no difference; `unknown`: these rounds cannot tell. */
  readonly style: 'told' | 'alike' | 'unknown';
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
  const placed = placeBars(sorted);
  const foot = placed.reduce((sum, { bar }) => sum + heightOf(bar), 0);
  return markup`<svg class="plot wide" viewBox="0 0 ${WIDTH} ${foot + FOOT}" role="img"><title>${title}</title>
${x.ticks.map((tick) => tickMark(tick, x, foot, write))}
${placed.map(({ bar, top }) => switchBar(bar, x, top))}
<text class="axis-name" x="${WIDTH / 2}" y="${foot + FOOT - 6}">${axisName}</text>
</svg>`;
}

function tickMark(tick: number, x: Scale, foot: number, write: Ablations['write']): Markup {
  const at = x.at(tick);
  const anchor = at < LEFT + 20 ? 'start' : at > WIDTH - RIGHT - 20 ? 'end' : 'middle';
  return markup`<text class="tick ${anchor}" x="${fixed(at)}" y="${foot + 16}">${write(tick)}</text>
`;
}

/** The words of a bar as lines: the label, and behind it or below the ratio. */
function linesOf({ label, text }: AblationBar): readonly (readonly [label: string, text: string])[] {
  const lines = wrapText(label, COLUMNS);
  const last = lines.at(-1) ?? '';
  const before = lines.slice(0, -1).map((line) => [line, ''] as const);
  const fits = textWidth(last) + 1 + textWidth(text) <= COLUMNS;
  return fits ? [...before, [last, text]] : [...before, [last, ''], ['', text]];
}

function heightOf(bar: AblationBar): number {
  return linesOf(bar).length * WORDS + BAR + GAP;
}

function placeBars(bars: readonly AblationBar[]): { readonly bar: AblationBar; readonly top: number }[] {
  let top = 0;
  return bars.map((bar) => {
    const at = top;
    top += heightOf(bar);
    return { bar, top: at };
  });
}

function switchBar(bar: AblationBar, x: Scale, top: number): Markup {
  const { ratio, spread, style } = bar;
  const lines = linesOf(bar);
  const words = lines.map(
    (
      [label, text],
      i,
    ) => markup`<text class="bar-name" x="${LEFT}" y="${top + (i + 1) * WORDS}">${label} <tspan class="bar-value">${text}</tspan></text>
`,
  );
  const y = top + lines.length * WORDS + 6;
  const ground = [...x.ticks.map((tick) => upright('grid', x.at(tick), y)), upright('level', x.at(1), y)];
  if (ratio === null) return markup`${words}${ground}`;
  const [from, to] = [x.at(Math.min(1, ratio)), x.at(Math.max(1, ratio))];
  return markup`${words}${ground}<rect class="switch${style === 'told' ? '' : ` ${style}`}" x="${fixed(from)}" y="${y}" width="${fixed(to - from)}" height="${BAR}"/>
${spread === null ? undefined : whisker(x.at(spread.min), x.at(spread.max), y + BAR / 2)}`;
}

/** Beside the bar alone: a line through the words could not be read over. */
function upright(kind: string, x: number, y: number): Markup {
  return markup`<line class="${kind}" x1="${fixed(x)}" x2="${fixed(x)}" y1="${y - 3}" y2="${y + BAR + 3}"/>
`;
}

function whisker(from: number, to: number, y: number): Markup {
  const path = `M${fixed(from)},${y}L${fixed(to)},${y}M${fixed(from)},${y - 4}v8M${fixed(to)},${y - 4}v8`;
  return markup`<path class="whisker" d="${path}"/>
`;
}
