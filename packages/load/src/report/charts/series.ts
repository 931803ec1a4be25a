import { type Markup, markup } from '../markup.ts';

/** Which of the arms a line belongs to: chooses colour, dash and shape together, so that none is needed alone. */
export type SeriesKind = 'before' | 'between' | 'between-2' | 'after';

/** The last arm is the `after`, the first the `before`, whatever stands between them. */
export function seriesKind(index: number, count: number): SeriesKind {
  if (index === count - 1) return 'after';
  if (index === 0) return 'before';
  return index % 2 === 1 ? 'between' : 'between-2';
}

/** A line of a legend. */
export interface LegendEntry {
  readonly label: string;
  readonly kind: SeriesKind;
}

const SIZE = 4;

/** The shape of an arm's points; hollow where the point does not count. */
export function pointMark(kind: SeriesKind, x: number, y: number, title: string, hollow = false): Markup {
  return markup`<path class="point ${kind}${hollow ? ' hollow' : ''}" d="${shape(kind, x, y)}"><title>${title}</title></path>`;
}

function shape(kind: SeriesKind, x: number, y: number): string {
  const at = (dx: number, dy: number): string => `${fixed(x + dx)},${fixed(y + dy)}`;
  switch (kind) {
    case 'before':
      return `M${at(-SIZE, SIZE)}L${at(SIZE, SIZE)}L${at(0, -SIZE)}Z`;
    case 'between':
    case 'between-2':
      return `M${at(-SIZE, -SIZE)}L${at(SIZE, -SIZE)}L${at(SIZE, SIZE)}L${at(-SIZE, SIZE)}Z`;
    case 'after':
      return `M${at(-SIZE, 0)}a${SIZE},${SIZE} 0 1 0 ${2 * SIZE},0a${SIZE},${SIZE} 0 1 0 ${-2 * SIZE},0Z`;
  }
}

/** Behind a point whose true value may lie farther right. */
export function boundMark(kind: SeriesKind, x: number, y: number): Markup {
  return markup`<path class="bound ${kind}" d="M${fixed(x + SIZE + 3)},${fixed(y - SIZE)}l${SIZE + 1},${SIZE}l${-SIZE - 1},${SIZE}"/>`;
}

/** A line through points. Empty when there are none. */
export function linePath(points: readonly (readonly [x: number, y: number])[]): string {
  return points.length === 0 ? '' : `M${points.map(([x, y]) => `${fixed(x)},${fixed(y)}`).join('L')}`;
}

/** Coordinates need no more than a tenth of a pixel. */
export function fixed(coordinate: number): string {
  return coordinate.toFixed(1).replace(/\.0$/, '');
}

/** Names the lines of a chart, with their dash and shape beside the colour. */
export function seriesLegend(entries: readonly LegendEntry[]): Markup {
  const keys = entries.map(
    ({ label, kind }) => markup`<span class="key"><svg class="swatch" viewBox="0 0 30 12" aria-hidden="true">
<path class="curve ${kind}" d="M1,6L29,6"/><path class="point ${kind}" d="${shape(kind, 15, 6)}"/></svg>${label}</span> `,
  );
  return markup`<p class="legend">${keys}</p>`;
}
