import { type Markup, markup } from '../markup.ts';
import { fixed } from './series.ts';

const WIDTH = 480;
const HEIGHT = 24;
/** A narrower part has no room for its share in figures; the legend above the bar says it. */
const LEAST_WIDTH_FOR_TEXT = 50;

/** One part of a bar. */
export interface BarPart {
  /** Chooses the colour and the hatching. */
  readonly kind: string;
  /** 0 to 1; the parts of a bar add up to 1, or to 0. */
  readonly share: number;
  readonly text: string;
}

/** One stacked bar over the whole width: the share of the requests in each grade. */
export function gradeBar(title: string, parts: readonly BarPart[]): Markup {
  let from = 0;
  const drawn = parts.map(({ kind, share, text }) => {
    const [x, width] = [from, share * WIDTH];
    from += width;
    const words =
      width < LEAST_WIDTH_FOR_TEXT
        ? undefined
        : markup`<text class="in-bar ${kind}" x="${fixed(x + width / 2)}" y="${HEIGHT / 2 + 5}">${text}</text>`;
    return markup`<rect class="grade ${kind}" x="${fixed(x)}" y="0" width="${fixed(width)}" height="${HEIGHT}"/>${words}`;
  });
  return markup`<svg class="bar" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img"><title>${title}</title>${drawn}</svg>`;
}
