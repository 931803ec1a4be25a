import type { LoadResult } from '../result/index.ts';
import type { ThresholdOutcome } from '../thresholds/index.ts';
import { alignGrid } from './grid.ts';
import { flowTables } from './load/load-flows.ts';
import { scheduleLine, statusCells } from './load/load-heading.ts';
import { secondCells } from './load/load-seconds.ts';
import { createLoadStyle, type LoadStyle } from './load/load-style.ts';
import { timeHeader, timeLines, timeWords } from './load/load-times.ts';
import { interruptedLines, thresholdCells, verdictOfLoad } from './load/load-verdict.ts';
import type { RenderOptions } from './render-options.ts';
import { EN } from './texts.ts';

/** Options of {@link renderLoadTable}. */
export interface LoadTableOptions extends RenderOptions {
  /** What became of the run's thresholds; default: it had none. */
  readonly thresholds?: readonly ThresholdOutcome[];
  /** What ended the run early; default: nothing did, or somebody. */
  readonly stoppedBy?: ThresholdOutcome;
}

/**
 * One run as plain text: what was sent, the times of each step, its seconds, statuses, the generator's verdict,
 * thresholds. No colour.
 * @example
 * const result = await runLoad({ target: 'http://127.0.0.1:3000', scenario, arrivals, seed: 1 });
 * process.stdout.write(renderLoadTable(result, { texts: CATALOGUES['zh-CN'] }));
 */
export function renderLoadTable(result: LoadResult, options: LoadTableOptions = {}): string {
  const { texts = EN, thresholds = [], stoppedBy } = options;
  const style = createLoadStyle(texts);
  const parts = [
    [
      `${result.scenario} · ${result.target}`,
      scheduleLine(result, style),
      ...interruptedLines(result, style, stoppedBy),
    ],
    timePart(result, style),
    ...flowTables(result, style).map(({ heading, header, lines }) => headed(heading, [header, ...lines])),
    headed(texts.load.seconds.heading, secondCells(result, style)),
    headed(texts.load.statuses, statusCells(result, style)),
    verdictPart(result, style),
    headed(
      texts.load.thresholds,
      thresholdCells(thresholds, style).map(([outcome, ...cells]) => [`  ${outcome}`, ...cells]),
    ),
  ];
  return `${parts
    .filter(({ length }) => length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function timePart(result: LoadResult, style: LoadStyle): string[] {
  const lines = timeLines(result, style).map(({ of, name, cells }) => [of === 'part' ? `  ${name}` : name, ...cells]);
  const { heading, notes } = timeWords(result, style);
  return [heading, ...alignGrid([['', ...timeHeader(style)], ...lines]), ...notes];
}

function headed(heading: string, lines: readonly (readonly string[])[]): string[] {
  return lines.length === 0 ? [] : [heading, ...alignGrid(lines)];
}

function verdictPart(result: LoadResult, style: LoadStyle): string[] {
  const { sentence, reasons, notes } = verdictOfLoad(result, style);
  return [sentence, ...reasons.map((reason) => `  ${reason}`), ...notes];
}
