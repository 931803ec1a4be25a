import { flowTables } from '../load/load-flows.ts';
import { statusCells } from '../load/load-heading.ts';
import { slowHeader, slowLines } from '../load/load-slowest.ts';
import { timeHeader, timeLines, timeWords } from '../load/load-times.ts';
import { type Markup, markup } from '../markup.ts';
import type { LoadPage } from './load-page.ts';
import { foldedTable, line, table } from './table.ts';

/** The times of each step, its parts below it, and the generator's own. */
export function loadTimeSection(page: LoadPage): Markup {
  const { result, texts } = page;
  const header = ['', ...timeHeader(page)];
  const lines = timeLines(result, page).map(({ of, name, cells }) => {
    const blanks = header.slice(cells.length + 1).map(() => '');
    return line(of === 'step' ? markup`<strong>${name}</strong>` : name, [...cells, ...blanks], of);
  });
  const { heading, notes } = timeWords(result, page);
  return markup`<section><h2>${heading}</h2>${table([...notes, texts.words.labels].join(' '), header, lines)}</section>`;
}

/** Flows, groups, checks and reasons of a scripted scenario. */
export function flowSections(page: LoadPage): Markup[] {
  return flowTables(page.result, page).map(({ heading, header, lines }) => {
    const rows = lines.map(([name = '', ...cells]) => line(markup`<strong>${name}</strong>`, cells, 'step'));
    return markup`<section><h2>${heading}</h2>${table('', header, rows)}</section>`;
  });
}

/** The slowest requests of each row with their trace ids; folded up, for they may be many. */
export function slowSection(page: LoadPage): Markup[] {
  const { heading, note } = page.texts.load.slow;
  const rows = slowLines(page.result, page).map(([name = '', ...cells]) => line(name, cells));
  if (rows.length === 0) return [];
  const folded = foldedTable(heading, table(note, slowHeader(page), rows));
  return [markup`<section><h2>${heading}</h2>${folded}</section>`];
}

/** What failed, in words, and the answers of each step by status. */
export function errorSection(page: LoadPage): Markup {
  const { result, texts, format } = page;
  const failed = Object.entries(result.total.errors).filter(([, count]) => count > 0);
  const all = result.total.responseTimeUs.count;
  const rows = failed.map(([kind, count]) => {
    const said = texts.load.errorClasses[kind as keyof typeof texts.load.errorClasses] ?? kind;
    return markup`<tr><th scope="row">${kind}</th><td class="words">${said}</td><td>${format.count(count)}</td><td>${format.share(count / all)}</td></tr>`;
  });
  const statuses = statusCells(result, page).map(
    ([step, counts]) => markup`<tr><th scope="row">${step}</th><td class="words">${counts}</td></tr>`,
  );
  const { words, load } = texts;
  const errors =
    failed.length === 0 ? markup`<p>${words.noErrors}</p>` : table('', ['', '', words.requestErrors, '%'], rows);
  const answers = statuses.length === 0 ? undefined : table('', [words.request, load.statuses], statuses);
  return markup`<section><h2>${load.sections.errors}</h2>${errors}${answers}</section>`;
}
