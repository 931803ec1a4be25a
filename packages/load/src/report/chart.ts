import { Histogram, type HistogramSnapshot } from 'millrace/core';
import type { GradeShares, ProofResult, TableRow } from '../prove/index.ts';
import { type Markup, markup } from './markup.ts';
import type { NumberFormat } from './number-format.ts';
import type { Texts } from './texts.ts';

const WIDTH = 480;
const HEIGHT = 230;
const LEFT = 46;
const RIGHT = 26;
const TOP = 12;
const BOTTOM = 44;
const POINTS = 240;
const GRADE_ENDS_MS = [100, 300, 1000];

/** A time axis in powers of ten. */
interface TimeAxis {
  readonly fromMs: number;
  readonly toMs: number;
  x(ms: number): number;
}

/** Share of the requests answered within a time, before and after, over a logarithmic time axis. */
export function distributionChart(row: TableRow, { arms }: ProofResult, texts: Texts, format: NumberFormat): Markup {
  const distributions = row.arms.map(({ distribution }) => distribution);
  const axis = timeAxis(distributions);
  const name = `${row.label}${texts.marks.colon}${texts.headings.distributions}`;
  return markup`<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${name}">
${gridLines(axis, format)}
${distributions.map((one, i) => markup`<path class="curve ${curveName(i, arms.length)}" d="${curve(one, axis)}"/>\n`)}<text class="axis-name" x="${(LEFT + WIDTH - RIGHT) / 2}" y="${HEIGHT - 6}">${texts.words.milliseconds}</text>
</svg>
<p class="legend">${arms.map(({ label }, i) => markup`<span class="key ${curveName(i, arms.length)}"></span>${label} `)}</p>`;
}

/** The last arm is the one after; those between have a look of their own. */
function curveName(index: number, arms: number): string {
  if (index === arms - 1) return 'after';
  return index === 0 ? 'before' : 'between';
}

function timeAxis(distributions: readonly HistogramSnapshot[]): TimeAxis {
  const filled = distributions.filter(({ count }) => count > 0);
  const lowest = Math.min(...filled.map(({ min }) => min), 10_000) / 1000;
  const highest = Math.max(...filled.map(({ max }) => max), 10_000) / 1000;
  const fromMs = 10 ** Math.floor(Math.log10(Math.max(lowest, 0.01)));
  const toMs = 10 ** Math.ceil(Math.log10(highest));
  const scale = (WIDTH - LEFT - RIGHT) / Math.log10(toMs / fromMs);
  return { fromMs, toMs, x: (ms) => LEFT + Math.log10(Math.max(ms, fromMs) / fromMs) * scale };
}

function y(share: number): number {
  return TOP + (1 - share) * (HEIGHT - TOP - BOTTOM);
}

function gridLines(axis: TimeAxis, format: NumberFormat): Markup[] {
  const tens = Array.from(
    { length: Math.round(Math.log10(axis.toMs / axis.fromMs)) + 1 },
    (_, i) => axis.fromMs * 10 ** i,
  );
  const grades = GRADE_ENDS_MS.filter((ms) => ms > axis.fromMs && ms < axis.toMs);
  return [
    ...[0, 0.5, 0.95, 1].map(
      (share) => markup`<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y(share)}" y2="${y(share)}"/>`,
    ),
    ...[0, 0.5, 0.95].map(
      (share) => markup`<text class="tick y" x="${LEFT - 6}" y="${y(share) + 4}">${format.share(share)}</text>`,
    ),
    ...grades.map(
      (ms) => markup`<line class="grade-end" x1="${axis.x(ms)}" x2="${axis.x(ms)}" y1="${TOP}" y2="${y(0)}"/>`,
    ),
    ...tens.map((ms) => markup`<line class="grid" x1="${axis.x(ms)}" x2="${axis.x(ms)}" y1="${TOP}" y2="${y(0)}"/>`),
    ...tens.map((ms) => markup`<text class="tick x" x="${axis.x(ms)}" y="${y(0) + 16}">${format.plain(ms)}</text>`),
  ];
}

function curve(distribution: HistogramSnapshot, axis: TimeAxis): string {
  if (distribution.count === 0) return '';
  const times = Histogram.from(distribution);
  const points = Array.from({ length: POINTS + 1 }, (_, i) => {
    const ms = axis.fromMs * (axis.toMs / axis.fromMs) ** (i / POINTS);
    return `${axis.x(ms).toFixed(1)},${y(times.countAtMost(ms * 1000) / times.count).toFixed(1)}`;
  });
  return `M${points.join('L')}`;
}

const GRADES = ['excellent', 'good', 'acceptable', 'needsWork', 'failed'] as const;
const BAR_WIDTH = 600;
const BAR_HEIGHT = 22;

/** One bar: the share of the requests in each grade, said in words above it. */
export function gradeBar(shares: GradeShares, label: string, texts: Texts, format: NumberFormat): Markup {
  let from = 0;
  const parts = GRADES.map((grade) => {
    const x = from;
    const width = shares[grade] * BAR_WIDTH;
    from += width;
    return markup`<rect class="grade ${grade}" x="${x.toFixed(1)}" y="0" width="${width.toFixed(1)}" height="${BAR_HEIGHT}"/>`;
  });
  const said = GRADES.filter((grade) => shares[grade] > 0).map(
    (grade) => `${texts.grades[grade]}${texts.marks.colon}${format.share(shares[grade])}`,
  );
  return markup`<p class="legend"><strong>${label}</strong> ${said.join(' · ')}</p>
<svg class="bar" viewBox="0 0 ${BAR_WIDTH} ${BAR_HEIGHT}" preserveAspectRatio="none" aria-hidden="true">${parts}</svg>`;
}

/** Names the colours of {@link gradeBar}. */
export function gradeLegend(texts: Texts): Markup {
  return markup`<p class="legend">${GRADES.map((grade) => markup`<span class="key ${grade}"></span>${texts.grades[grade]} `)}</p>`;
}
