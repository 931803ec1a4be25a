import { scheduleLine } from '../load/load-heading.ts';
import { interruptedLines, thresholdCells, verdictOfLoad } from '../load/load-verdict.ts';
import { type Markup, markup } from '../markup.ts';
import { fillTemplate } from '../template.ts';
import type { LoadPage } from './load-page.ts';
import { table } from './table.ts';

/** Title, verdict with its reasons, how many thresholds were met, and what was sent when. */
export function loadHeadSection(page: LoadPage, title: string): Markup {
  const { result, texts, format, thresholds } = page;
  const { valid, sentence, reasons, notes } = verdictOfLoad(result, page);
  const met = thresholds.filter(({ outcome }) => outcome === 'met').length;
  const sound = valid && !result.interrupted && met === thresholds.length;
  const kept = thresholds.length === 0 ? [] : [fillTemplate(texts.load.metOf, { met, all: thresholds.length }, format)];
  const lines = [...interruptedLines(result, page, page.stoppedBy), sentence, ...kept];
  const list = [...reasons, ...notes].map((line) => markup`<li>${line}</li>`);
  return markup`<header><h1>${title}</h1>
<div class="verdict ${sound ? 'sound' : 'warning'}">${lines.map((line) => markup`<p>${line}</p>`)}${list.length === 0 ? undefined : markup`<ul>${list}</ul>`}</div>
<p class="quiet">${result.target} · ${scheduleLine(result, page)} · ${result.startedAt}</p></header>`;
}

/** Each threshold with what was found; nothing for a run without any. */
export function thresholdSection(page: LoadPage): Markup {
  const { thresholds, texts } = page;
  if (thresholds.length === 0) return markup``;
  const { load, words } = texts;
  const rows = thresholdCells(thresholds, page).map(([outcome, text, found], i) => {
    const kind = thresholds[i]?.outcome === 'met' ? 'met' : 'unmet';
    return markup`<tr class="${kind}"><th scope="row">${text}</th><td>${found}</td><td>${outcome}</td></tr>`;
  });
  const header = [load.threshold, load.found, words.verdict];
  return markup`<section><h2>${load.thresholds}</h2>${table('', header, rows)}</section>`;
}
