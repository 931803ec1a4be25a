import { type Markup, markup } from '../markup.ts';
import { logScale, type Scale } from './scale.ts';
import { boundMark, fixed, type LegendEntry, pointMark } from './series.ts';

const WIDTH = 480;
const SIDE = 12;
const LABEL = 20;
const LINE = 12;
const GAP = 6;
const FOOT = 40;

/** A figure that is drawn. */
export interface OverviewPoint {
  /** Null when it is skipped. */
  readonly value: number | null;
  readonly bound: 'exact' | 'at-least';
}

/** One arm of a row: two figures of which the second is the larger one. */
export interface OverviewArm extends LegendEntry {
  readonly mean: OverviewPoint;
  readonly p95: OverviewPoint;
  /** Both figures in words. */
  readonly text: string;
}

/** One row of a result. */
export interface OverviewRow {
  readonly label: string;
  readonly arms: readonly OverviewArm[];
}

/** What {@link overviewChart} draws. */
export interface Overview {
  readonly title: string;
  readonly rows: readonly OverviewRow[];
  /** The rows that its axis has room for, those of its neighbours too. */
  readonly within: readonly OverviewRow[];
  readonly timeName: string;
  write(ms: number): string;
}

/** Rows under one logarithmic axis of milliseconds: a line an arm from its mean, filled, to its P95, hollow; `›` behind a lower bound. */
export function overviewChart({ title, rows, within, timeName, write }: Overview): Markup {
  const values = within.flatMap(({ arms }) => arms.flatMap(({ mean, p95 }) => [mean.value, p95.value]));
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
  const points = [mean, p95].flatMap(({ value, bound }, i) => {
    return value === null ? [] : [{ at: x.at(value), hollow: i === 1, bound }];
  });
  const [from, to] = [points[0]?.at ?? 0, points.at(-1)?.at ?? 0];
  const line =
    points.length < 2 ? undefined : markup`<path class="curve ${kind}" d="M${fixed(from)},${y}L${fixed(to)},${y}"/>`;
  const marks = points.map(({ at, hollow, bound }) => {
    return markup`${pointMark(kind, at, y, said, hollow)}${bound === 'exact' ? undefined : boundMark(kind, at, y)}`;
  });
  return markup`${line}${marks}
`;
}
