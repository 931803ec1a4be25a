import type { Comparison } from '../compare/index.ts';
import { comparisonText, type StreamText } from './comparison-text.ts';
import { htmlDocument } from './html/document.ts';
import { line, table } from './html/table.ts';
import { type Markup, markup } from './markup.ts';
import type { RenderOptions } from './render-options.ts';
import { EN } from './texts.ts';

/**
 * A comparison as one HTML file that loads nothing, everything escaped.
 * @example
 * await writeFile('comparison.html', renderComparisonHtml(comparison, { texts: ZH_CN }));
 */
export function renderComparisonHtml(comparison: Comparison, { texts = EN }: RenderOptions = {}): string {
  const { verdict, streams, notes } = comparisonText(comparison, texts);
  const { title } = texts.compare;
  const sound = comparison.verdict === 'better' || comparison.verdict === 'no-difference';
  const head = markup`<header><h1>${title}</h1>
<div class="verdict ${sound ? 'sound' : 'warning'}"><p>${verdict}</p></div></header>`;
  return htmlDocument(title, texts, head, [...streams.map(streamSection), noteList(notes)]);
}

function streamSection({ heading, header, lines, notes }: StreamText): Markup {
  const rows = lines.map(([metric = '', ...cells]) => line(metric, cells));
  return markup`<section><h2>${heading}</h2>${table(heading, header, rows)}${noteList(notes)}</section>
`;
}

function noteList(notes: readonly string[]): Markup {
  return notes.length === 0 ? markup`` : markup`<ul>${notes.map((note) => markup`<li>${note}</li>`)}</ul>`;
}
