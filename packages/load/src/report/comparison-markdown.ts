import type { Comparison } from '../compare/index.ts';
import { comparisonText } from './comparison-text.ts';
import { markdownTable, plainCell } from './markdown-cell.ts';
import type { RenderOptions } from './render-options.ts';
import { EN } from './texts.ts';

/**
 * A comparison as Markdown, such as fits the step summary of a CI service. Nothing of it can open a cell, a tag, a link
 * or a mention.
 * @example
 * await appendFile(process.env.GITHUB_STEP_SUMMARY, renderComparisonMarkdown(comparison));
 */
export function renderComparisonMarkdown(comparison: Comparison, { texts = EN }: RenderOptions = {}): string {
  const { verdict, streams, notes } = comparisonText(comparison, texts);
  const listed = (lines: readonly string[]): string[] => {
    return lines.length === 0 ? [] : [lines.map((line) => `- ${plainCell(line)}`).join('\n')];
  };
  const parts = [
    `## ${texts.compare.title}${texts.marks.colon}${plainCell(verdict)}`,
    ...streams.flatMap((stream) => [
      `### ${plainCell(stream.heading)}`,
      markdownTable(
        stream.header.map(plainCell),
        stream.lines.map((cells) => cells.map(plainCell)),
      ),
      ...listed(stream.notes),
    ]),
    ...listed(notes),
  ];
  return `${parts.join('\n\n')}\n`;
}
