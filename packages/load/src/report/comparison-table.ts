import type { Comparison } from '../compare/index.ts';
import { comparisonText, type StreamText } from './comparison-text.ts';
import { alignGrid } from './grid.ts';
import type { RenderOptions } from './render-options.ts';
import { EN } from './texts.ts';

/**
 * A comparison as plain text: verdict, a table for each stream, why what cannot be told cannot, and warnings. No colour.
 * @example
 * process.stdout.write(renderComparison(compareRuns([{ name: 'GET /', before, after }])));
 */
export function renderComparison(comparison: Comparison, { texts = EN }: RenderOptions = {}): string {
  const { verdict, streams, notes } = comparisonText(comparison, texts);
  const parts = [[`${texts.compare.title}${texts.marks.colon}${verdict}`], ...streams.map(streamLines), notes];
  return `${parts.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function streamLines({ heading, header, lines, notes }: StreamText): string[] {
  return [heading, ...alignGrid([header, ...lines]), ...notes.map((note) => `  ${note}`)];
}
