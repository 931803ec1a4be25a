import { armLabel, factEntries, provenance } from '../heading.ts';
import { type Markup, markup } from '../markup.ts';
import { invalidRunLines, verdictOf } from '../verdict.ts';
import type { Page } from './page.ts';
import { table } from './table.ts';

/** Title, verdict and where the figures come from. */
export function headSection({ result, texts }: Page, title: string): Markup {
  const { sound, lines } = verdictOf(result, texts);
  const runs = invalidRunLines(result, texts);
  const reasons =
    runs.length === 0 ? undefined : markup`<ul class="plain">${runs.map((run) => markup`<li>! ${run}</li>`)}</ul>`;
  return markup`<header><h1>${title}</h1>
<div class="verdict ${sound ? 'sound' : 'warning'}">${lines.map((line) => markup`<p>${line}</p>`)}${reasons}</div>
<p class="quiet">${provenance(result, texts)}${texts.marks.stop}</p></header>`;
}

/** Answers that differ, by arm. */
export function mismatchSection({ result, texts }: Page): Markup {
  const { digests } = result;
  const { words, headings } = texts;
  const header = [words.request, words.path, words.arm, words.answer, words.arm, words.answer];
  const lines = digests.mismatches.map(({ request, path, before, after, beforeArm, afterArm }) => {
    const cells = [request, path, armLabel(result, beforeArm, texts), before, armLabel(result, afterArm, texts), after];
    return markup`<tr>${cells.map((cell) => markup`<td>${cell}</td>`)}</tr>`;
  });
  return markup`<section><h2>${headings.digests}</h2>${table('', header, lines, 'words')}</section>`;
}

/** What was measured, and where. */
export function factSection({ result, texts }: Page): Markup {
  const { machine } = result;
  const { words } = texts;
  const entries = [
    ...factEntries(result, texts),
    [words.machine, texts.machine(machine.cpu, machine.cores, machine.memoryGb)],
    [words.date, result.startedAt],
    [words.seed, String(result.seed)],
  ];
  const lines = entries.map(
    ([name, value]) => markup`<tr><th scope="row">${name}</th><td class="words">${value}</td></tr>`,
  );
  return markup`<section><h2>${texts.headings.facts}</h2><div class="scroll"><table><tbody>${lines}</tbody></table></div></section>`;
}
