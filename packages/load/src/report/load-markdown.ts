import type { LoadResult } from '../result/index.ts';
import { flowTables } from './load/load-flows.ts';
import { scheduleLine, statusCells } from './load/load-heading.ts';
import { secondCells } from './load/load-seconds.ts';
import { slowestLines, slowHeader } from './load/load-slowest.ts';
import { createLoadStyle, type LoadStyle } from './load/load-style.ts';
import { timeHeader, timeLines, timeWords } from './load/load-times.ts';
import { interruptedLines, thresholdCells, verdictOfLoad } from './load/load-verdict.ts';
import type { LoadTableOptions } from './load-table.ts';
import { markdownTable, plainCell } from './markdown-cell.ts';
import { fillTemplate } from './template.ts';
import { EN } from './texts.ts';

const SIGNS = { met: '✅', missed: '❌', unknown: '❔' } as const;

/**
 * One run as Markdown, such as fits the step summary of a CI service: the verdict first, then thresholds, times and
 * seconds. Same result, same text; nothing of a result can open a cell, a tag, a link or a mention.
 * @example
 * await appendFile(process.env.GITHUB_STEP_SUMMARY, renderLoadMarkdown(result, { thresholds }));
 */
export function renderLoadMarkdown(result: LoadResult, options: LoadTableOptions = {}): string {
  const { texts = EN, thresholds = [], stoppedBy } = options;
  const style = createLoadStyle(texts);
  const { load } = texts;
  const rows = thresholdCells(thresholds, style).map(([outcome = '', text = '', found = ''], i) => [
    `${SIGNS[thresholds[i]?.outcome ?? 'unknown']} ${outcome}`,
    plainCell(text),
    found,
  ]);
  const met = thresholds.filter(({ outcome }) => outcome === 'met').length;
  const parts = [
    `## ${load.title}${texts.marks.colon}${plainCell(result.scenario)}`,
    `${plainCell(result.target)} · ${scheduleLine(result, style)}`,
    ...interruptedLines(result, style, stoppedBy).map(plainCell),
    verdictPart(result, style),
    ...(rows.length === 0 ? [] : [`**${fillTemplate(load.metOf, { met, all: rows.length }, style.format)}**`]),
    ...(rows.length === 0 ? [] : [markdownTable(['', load.threshold, load.found], rows, 'left')]),
    timePart(result, style),
    ...flowParts(result, style),
    ...slowPart(result, style),
    ...secondPart(result, style),
    ...statusPart(result, style),
  ];
  return `${parts.join('\n\n')}\n`;
}

function verdictPart(result: LoadResult, style: LoadStyle): string {
  const { valid, sentence, reasons, notes } = verdictOfLoad(result, style);
  const listed = [...reasons, ...notes].map((line) => `- ${plainCell(line)}`);
  return [`${valid ? '✅' : '⚠️'} ${sentence}`, ...(listed.length === 0 ? [] : ['', ...listed])].join('\n');
}

function timePart(result: LoadResult, style: LoadStyle): string {
  const lines = timeLines(result, style).map(({ of, name, cells }) => [
    of === 'step' ? `**${plainCell(name)}**` : `${of === 'part' ? '&nbsp;&nbsp;' : ''}${plainCell(name)}`,
    ...cells.map(plainCell),
  ]);
  const header = ['', ...timeHeader(style)];
  const filled = lines.map((cells) => [...cells, ...header.slice(cells.length).map(() => '')]);
  const { heading, notes } = timeWords(result, style);
  return `${heading}${style.texts.marks.stop}\n\n${markdownTable(header, filled)}\n\n${notes.join(' ')}`;
}

function flowParts(result: LoadResult, style: LoadStyle): string[] {
  return flowTables(result, style).flatMap(({ heading, header, lines }) => [
    `${heading}${style.texts.marks.stop}`,
    markdownTable(
      header,
      lines.map((cells) => cells.map(plainCell)),
    ),
  ]);
}

function slowPart(result: LoadResult, style: LoadStyle): string[] {
  const lines = slowestLines(result, style).map((cells) => cells.map(plainCell));
  const { heading } = style.texts.load.slow;
  return lines.length === 0 ? [] : [`${heading}${style.texts.marks.stop}`, markdownTable(slowHeader(style), lines)];
}

function secondPart(result: LoadResult, style: LoadStyle): string[] {
  const [header, ...lines] = secondCells(result, style);
  return header === undefined
    ? []
    : [`${style.texts.load.seconds.heading}${style.texts.marks.stop}`, markdownTable(header, lines)];
}

function statusPart(result: LoadResult, style: LoadStyle): string[] {
  const rows = statusCells(result, style);
  if (rows.length === 0) return [];
  const [step, statuses] = [style.texts.words.request, style.texts.load.statuses];
  return [
    markdownTable(
      [step, statuses],
      rows.map((cells) => cells.map(plainCell)),
      'left',
    ),
  ];
}
