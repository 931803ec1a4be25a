import type { LoadResult, Machine } from '../result/index.ts';
import { htmlDocument } from './html/document.ts';
import { loadDistributionSection } from './html/load-distribution-section.ts';
import { loadFactSection } from './html/load-fact-section.ts';
import { loadHeadSection, thresholdSection } from './html/load-head-section.ts';
import type { LoadPage } from './html/load-page.ts';
import { loadSecondsSection } from './html/load-seconds-section.ts';
import { errorSection, flowSections, loadTimeSection, slowSection } from './html/load-time-section.ts';
import { createLoadStyle } from './load/load-style.ts';
import type { LoadTableOptions } from './load-table.ts';
import { EN } from './texts.ts';

/** Options of {@link renderLoadHtml}. */
export interface LoadHtmlOptions extends LoadTableOptions {
  /** What the generator ran on; default: not said. */
  readonly machine?: Machine;
}

/**
 * One run as one HTML file: verdict, thresholds, times, distribution, seconds, errors, and what was sent. It loads
 * nothing (no script, no external resource, its content policy forbids them), everything is escaped, and it is made for
 * light, dark and print.
 * @example
 * await writeFile('load.html', renderLoadHtml(result, { thresholds, texts: ZH_CN }));
 */
export function renderLoadHtml(result: LoadResult, options: LoadHtmlOptions = {}): string {
  const { texts = EN, thresholds = [], machine, stoppedBy } = options;
  const page: LoadPage = { ...createLoadStyle(texts), result, thresholds, machine, stoppedBy };
  const title = `${texts.load.title} · ${result.scenario}`;
  return htmlDocument(title, texts, loadHeadSection(page, title), [
    thresholdSection(page),
    loadTimeSection(page),
    ...flowSections(page),
    loadDistributionSection(page),
    loadSecondsSection(page),
    ...slowSection(page),
    errorSection(page),
    loadFactSection(page),
  ]);
}
