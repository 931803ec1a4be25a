import type { ProofResult } from '../prove/index.ts';
import { ablationSection } from './html/ablation-section.ts';
import { capacitySection } from './html/capacity-section.ts';
import { costSection } from './html/cost-section.ts';
import { distributionSection, gradeSection } from './html/distribution-section.ts';
import { htmlDocument } from './html/document.ts';
import { factSection, headSection, mismatchSection } from './html/head-section.ts';
import { overviewSection } from './html/overview-section.ts';
import { createPage, type Page } from './html/page.ts';
import { responseSection, serviceSection } from './html/response-section.ts';
import { secondsSections } from './html/seconds-section.ts';
import type { Markup } from './markup.ts';
import type { RenderOptions } from './render-options.ts';
import { EN } from './texts.ts';

/**
 * The result as one HTML file: no script, no external resource (its content policy forbids them), everything escaped,
 * light, dark and for print, charts as inline SVG with the same figures as tables.
 *
 * @example
 * ```ts
 * writeFileSync('proof.html', renderHtmlReport(result, { texts: ZH_CN }));
 * ```
 */
export function renderHtmlReport(result: ProofResult, { texts = EN }: RenderOptions = {}): string {
  const page = createPage(result, texts);
  const title = `${texts.title} · ${result.name}`;
  return htmlDocument(title, texts, headSection(page, title), [...sections(page), factSection(page)]);
}

function sections(page: Page): Markup[] {
  const { result } = page;
  if (result.digests.mismatches.length > 0) return [mismatchSection(page)];
  if (result.rows.length === 0) return [];
  if (result.kind === 'ablation') return [ablationSection(page), responseSection(page), costSection(page)];
  return [
    overviewSection(page),
    responseSection(page),
    capacitySection(page),
    distributionSection(page),
    gradeSection(page),
    ...secondsSections(page),
    costSection(page),
    serviceSection(page),
  ];
}
