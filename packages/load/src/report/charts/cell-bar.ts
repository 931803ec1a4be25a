import { type Markup, markup } from '../markup.ts';
import type { SeriesKind } from './series.ts';
import { fixed } from './series.ts';

/** A thin bar below a figure of a table: its part of the largest of its line. Nothing to see without one. */
export function cellBar(kind: SeriesKind, value: number | null, largest: number): Markup {
  if (value === null || !(largest > 0) || !Number.isFinite(value / largest)) return markup``;
  const width = Math.max(value === 0 ? 0 : 1, (value / largest) * 100);
  return markup`<svg class="cell-bar" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true"><rect class="${kind}" x="${fixed(100 - width)}" y="0" width="${fixed(width)}" height="4"/></svg>`;
}
