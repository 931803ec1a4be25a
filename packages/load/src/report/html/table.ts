import { type Markup, markup } from '../markup.ts';

/** A table that scrolls on its own where the page is narrow; what explains it stands below and does not scroll. */
export function table(note: string, header: readonly string[], lines: readonly Markup[], kind = ''): Markup {
  return markup`<div class="scroll" tabindex="0" role="region" aria-label="${note}"><table class="${kind}">
<thead><tr>${header.map((cell) => markup`<th scope="col">${cell}</th>`)}</tr></thead>
<tbody>${lines}</tbody></table></div>${note === '' ? undefined : markup`<p class="note">${note}</p>`}`;
}

/** The first cell names the line. */
export function line(head: string | Markup, cells: readonly (string | Markup)[], kind = ''): Markup {
  return markup`<tr class="${kind}"><th scope="row">${head}</th>${cells.map((cell) => markup`<td>${underlined(cell)}</td>`)}</tr>
`;
}

/** Names the lines below it. */
export function groupHead(label: string, columns: number): Markup {
  return markup`<tr class="group"><th scope="rowgroup" colspan="${columns}">${label}</th></tr>
`;
}

/** What stands in brackets, a spread or a share, goes below the figure, so that columns stay narrow. */
function underlined(cell: string | Markup): Markup {
  if (typeof cell !== 'string') return cell;
  const [, figure, bracket] = /^(.+) (\(.+\)|\[.+\])$/.exec(cell) ?? [];
  return figure === undefined ? markup`${cell}` : markup`${figure} <small>${bracket}</small>`;
}

/** A table that is opened on demand: the figures of the chart above it. */
export function foldedTable(summary: string, folded: Markup): Markup {
  return markup`<details><summary>${summary}</summary>${folded}</details>`;
}
