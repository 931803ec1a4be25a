import { type Markup, markup } from '../markup.ts';
import { logScale, type Scale } from './scale.ts';
import { fixed, type LegendEntry, pointMark } from './series.ts';

const WIDTH = 480;
const SIDE = 12;
const LABEL = 20;
const LINE = 12;
const GAP = 6;
const FOOT = 40;

/** One arm of a row: two figures of which the second is the larger one, each null when it is skipped. */
export interface OverviewArm extends LegendEntry {
  readonly mean: number | null;
  readonly p95: number | null;
  /** Both figures in words. */
  readonly text: string;
}

/** What {@link overviewChart} draws. */
export interface Overview {
  readonly title: string;
  readonly rows: readonly { readonly label: string; readonly arms: readonly OverviewArm[] }[];
  readonly timeName: string;
  write(ms: number): string;
}

/** All rows under one logarithmic axis of milliseconds: a line an arm from its mean, filled, to its P95, hollow. */
export function overviewChart({ title, rows, timeName, write }: Overview): Markup {
  const values = rows.flatMap(({ arms }) => arms.flatMap(({ mean, p95 }) => [mean, p95]));
  const x = logScale(
    values.filter((value) => value !== null),
    { start: SIDE, end: WIDTH - SIDE },
  );
  const tops = rows.map((_, i) => rows.slice(0, i).reduce((sum, { arms }) => sum + heightOf(arms), 0));
  const foot = rows.reduce((sum, { arms }) => sum + heightOf(arms), 0);
  return markup`<svg class="plot" viewBox="0 0 ${WIDTH} ${foot + FOOT}" role="img"><title>${title}</title>
${x.ticks.map((tick) => tickMark(tick, x, foot, write))}
${rows.map(({ label, arms }, i) => rowMarks(label, arms, x, tops[i] ?? 0))}
<text class="axis-name" x="${WIDTH / 2}" y="${foot + FOOT - 6}">${timeName}</text>
</svg>`;
}

function heightOf(arms: readonly OverviewArm[]): number {
  return LABEL + arms.length * LINE + GAP;
}

function tickMark(tick: number, x: Scale, foot: number, write: Overview['write']): Markup {
  const at = fixed(x.at(tick));
  const anchor = tick === x.from ? 'start' : tick === x.to ? 'end' : 'middle';
  return markup`<line class="grid" x1="${at}" x2="${at}" y1="0" y2="${foot}"/>
<text class="tick ${anchor}" x="${at}" y="${foot + 16}">${write(tick)}</text>`;
}

function rowMarks(label: string, arms: readonly OverviewArm[], x: Scale, top: number): Markup {
  const lines = arms.map((arm, i) => armMarks(arm, x, top + LABEL + i * LINE + LINE / 2));
  return markup`<line class="grid" x1="${SIDE}" x2="${WIDTH - SIDE}" y1="${top}" y2="${top}"/>
<text class="bar-name" x="${SIDE}" y="${top + 15}">${label}</text>
${lines}`;
}

function armMarks({ kind, label, mean, p95, text }: OverviewArm, x: Scale, y: number): Markup {
  const said = `${label} · ${text}`;
  const ends = [mean, p95].filter((value) => value !== null).map((value) => x.at(value));
  const [from, to] = [ends[0] ?? 0, ends.at(-1) ?? 0];
  const line =
    ends.length < 2 ? undefined : markup`<path class="curve ${kind}" d="M${fixed(from)},${y}L${fixed(to)},${y}"/>`;
  const filled = mean === null ? undefined : pointMark(kind, x.at(mean), y, said);
  const hollow = p95 === null ? undefined : pointMark(kind, x.at(p95), y, said, true);
  return markup`${line}${filled}${hollow}
`;
}
